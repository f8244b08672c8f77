"""What has been learnt: numbers, and the ways in and out."""
