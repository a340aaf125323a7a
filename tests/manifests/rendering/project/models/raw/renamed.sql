{{ config(materialized='ephemeral', alias='other_name') }}
with inner_one as (select 1 as one) select * from inner_one, {{ ref('deliveries') }}
