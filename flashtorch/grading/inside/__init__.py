"""Runs where strangers' code runs: observes a program and sends plain observations out."""
