"""Comparing two models of a schema, object by object (``docs/diff.md``)."""
