select count(*) from {{ ref('popular_books') }}
