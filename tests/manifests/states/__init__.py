"""States of a dbt project, each with one change, recorded, and what a comparison has to tell of them."""
