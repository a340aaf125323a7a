"""Statements: where they end, what they are called, and when two of them are the same."""
