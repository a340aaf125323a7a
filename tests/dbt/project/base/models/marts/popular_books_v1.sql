select b.book_id, b.title, count(*) as loans
from {{ ref('library', 'stg_books') }} b join {{ ref('stg_loans') }} l using (book_id)
group by 1, 2
