{{ config(materialized='table', tags=['one', 'two'], meta={'owner': 'me', 'level': 3}) }}
{%- set materialized = config.get('materialized') -%}
select '{{ materialized }}' as a, '{{ config.get("missing", "default") }}' as b, '{{ config.require("tags") }}' as c,
  '{{ model.name }}' as d, '{{ model.config.materialized }}' as e, '{{ model["resource_type"] }}' as f
