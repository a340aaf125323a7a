"""Tests of what dbt writes. The folder is not called dbt, as that is the name of dbt itself."""
