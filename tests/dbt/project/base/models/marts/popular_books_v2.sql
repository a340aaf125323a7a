select *, {{ rounded('loans') }} as rounded from {{ ref('popular_books', v=1) }}
