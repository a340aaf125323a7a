"""Tests of the layer that encodes artifacts."""
