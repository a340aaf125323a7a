"""Building schemas."""
