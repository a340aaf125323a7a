select * from {{ ref('with_one_expression') }}
