select cast(d as date) as date_day from generate_series(timestamp '2024-01-01', timestamp '2024-02-01', interval 1 day) t(d)
