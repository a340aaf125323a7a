-- a comment first
select * from {{ ref('deliveries') }}
