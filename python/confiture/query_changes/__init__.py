"""How queries differ in what they give, not in how they are written (``docs/metadata.md``).

Two queries are compared by fingerprints: of each column, and of what decides which rows there are. Names of
aliases, the order of common table expressions and of what is joined by ``AND``, comments and layout are in
none of them.
"""
