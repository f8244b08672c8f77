"""Runs where strangers' code runs: the standard library, torch and numpy, nothing else of ours."""
