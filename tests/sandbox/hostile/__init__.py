"""Fifty programs that try to get out, and what is looked at after each.

`snippets.json` comes from the research that preceded this sandbox: fifty of a hundred and fifty snippets collected from other
sandboxes' tests, advisories and reported holes; the others are kept back, to be tried on what was made without knowing them.
`python -m tests.sandbox.hostile A` prints how each fares at a level.
"""
