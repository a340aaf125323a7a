{% snapshot books_over_time %}
{{ config(target_schema='main', unique_key='book_id', strategy='check', check_cols=['price']) }}
select * from {{ ref('books') }}
{% endsnapshot %}
