-- Figures of the years before this system, as exported from the old one. Nothing refers to these rows, so they
-- are simply replaced; rows from 2026 on come from returned loans and stay.
DELETE FROM circulation.loan_history WHERE loaned_on < '2026-01-01';

COPY circulation.loan_history (loaned_on, returned_on, title_id, medium, branch_id, category_code, renewals)
FROM stdin WITH (FORMAT csv, HEADER true, NULL '');
loaned_on,returned_on,title_id,medium,branch_id,category_code,renewals
2023-11-30,2023-12-14,1,book,1,adult,0
2024-01-02,2024-01-23,1,book,1,adult,0
2024-03-15,2024-04-05,2,book,1,adult,1
2024-05-21,2024-05-28,8,dvd,1,student,0
2024-09-10,2024-10-08,3,"book",3,"child",2
2025-01-20,2025-02-10,1,book,2,adult,0
2025-02-14,2025-03-01,5,book,1,adult,0
2025-07-01,2025-07-29,9,audiobook,2,student,1
2025-07-05,2025-07-09,11,tool,1,adult,0
2025-12-30,2026-01-20,6,book,2,adult,0
\.

ANALYZE circulation.loan_history;
