{{ config(materialized='ephemeral') }}
select loan_id, book_id, cast(due as date) as due from {{ source('desk', 'loans') }}
