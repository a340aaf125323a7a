"""The model of a schema is what a server's catalogues hold after running the same text."""
