"""What happened: an append-only log of events, and states as its cache."""
