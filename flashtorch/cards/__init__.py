"""What is asked: decks, cards and the questions made of them."""
