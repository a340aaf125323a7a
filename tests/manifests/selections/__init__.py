"""What ``dbt ls`` selects, recorded, and the projects that it was asked about."""
