

with recent as (
    select * from {{ ref('renamed') }}
)
select * from recent join {{ ref('deliveries') }} using (id)
