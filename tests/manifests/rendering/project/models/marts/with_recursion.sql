WITH RECURSIVE numbers(n) AS (select 1 union all select n + 1 from numbers where n < 3)
select * from numbers, {{ ref('renamed') }}
