{% snapshot breads_over_time %}
{{ config(target_schema='snapshots', unique_key='id', strategy='check', check_cols=['name']) }}
select * from {{ ref('breads') }}
{% endsnapshot %}
