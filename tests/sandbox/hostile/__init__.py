"""Programs that try to get out, and what is looked at after each.

`snippets.json` comes from the research that preceded this sandbox: fifty of a hundred and fifty snippets collected from other
sandboxes' tests, advisories and reported holes; the others are kept back, to be tried on what was made without knowing them.
`further.json` is our own, written to find what those kept back would find: other ways in the same categories. A program of it
either reports what it tried or says how it ends, so that one with a slip in it is not taken for one that was contained.
`python -m tests.sandbox.hostile A` prints how each fares at a level, with `all` also those that take long.
"""
