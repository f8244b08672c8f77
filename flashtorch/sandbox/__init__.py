"""Where code runs: cells that are walled in, limited and used once."""
