"""What the objects of a schema need, and what needs them (``docs/lineage.md``).

The graph is made from a schema's model alone. Nothing here reads files or prints: each rendering is a
function from a lineage to text.
"""
