CREATE VIEW unpaid AS
SELECT customer.email, purchase.amount
FROM purchase
JOIN customer ON customer.id = purchase.customer_id
WHERE purchase.paid_at IS NULL;
