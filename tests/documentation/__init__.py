"""Whether the documents show what happens."""
