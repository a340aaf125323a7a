{{ config(materialized='incremental', unique_key='id', alias='increments') }}
select * from {{ ref('breads') }}
{% if is_incremental() %}
where id > (select max(id) from {{ this }})
{% else %}
-- {{ this.schema }}.{{ this.identifier }} is made
{%- endif %}
