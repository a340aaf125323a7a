"""Which columns the columns of tables and views come from (``docs/column-lineage.md``).

A query is read once and becomes a `shapes.Shape`, which knows nothing of the columns of other relations, so
that shapes are made side by side and kept. Tracing a shape with what is known of these gives the sources of
each of its columns. Nothing here reads files other than the cache, or prints.
"""
