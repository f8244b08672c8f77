"""When to ask again: pure functions without a clock."""
