{{ config(materialized='ephemeral') }}

select * from {{ source('mill', 'deliveries') }} where day >= '{{ var("opened_on") }}'
