"""The example project is a schema that works: it loads, and its rules hold."""
