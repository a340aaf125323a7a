select book_id, title, price from {{ ref('books') }}
