"""Tests of what dbt writes."""
