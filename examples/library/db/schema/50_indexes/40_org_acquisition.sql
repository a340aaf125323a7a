CREATE INDEX staff_branch ON org.staff (branch_id) WHERE left_on IS NULL;
CREATE INDEX room_booking_member ON org.room_booking (member_id, lower(during) DESC);

CREATE INDEX purchase_order_open ON acquisition.purchase_order (supplier_id, created_at)
    WHERE status IN ('draft', 'sent');
CREATE INDEX order_line_title ON acquisition.order_line (title_id);
CREATE INDEX order_line_budget ON acquisition.order_line (fiscal_year, fund_code) INCLUDE (line_total);
