"""The model of a schema: what PostgreSQL would have after running a text of DDL (``docs/model.md``)."""
