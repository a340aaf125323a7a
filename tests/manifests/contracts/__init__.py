"""What ``dbt ls`` selects by state where contracts are changed, recorded."""
