"""Is it right? Runs answers and judges what was observed."""
