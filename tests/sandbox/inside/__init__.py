"""Entries for the tests of the sandbox."""
