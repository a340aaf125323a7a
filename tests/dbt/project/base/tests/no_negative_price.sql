select * from {{ ref('stg_books') }} where price < 0
