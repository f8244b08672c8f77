"""One sitting, as a state machine without threads, clock or screen."""
