CREATE FUNCTION acquisition.receive_copies(
    received_order_id bigint,
    received_line_no smallint,
    VARIADIC barcodes text[]
)
RETURNS SETOF catalogue.copy
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $receive_copies$
DECLARE
    line record;
BEGIN
    UPDATE acquisition.order_line AS l
    SET received = l.received + cardinality(barcodes)
    FROM acquisition.purchase_order AS o
    WHERE l.order_id = received_order_id
      AND l.line_no = received_line_no
      AND o.order_id = l.order_id
      AND o.status = 'sent'
    RETURNING l.title_id, l.unit_price, o.branch_id INTO line;

    IF NOT FOUND THEN
        RAISE EXCEPTION 'line %/% is not on its way', received_order_id, received_line_no
            USING ERRCODE = 'no_data_found', HINT = 'Only orders in status "sent" can be received.';
    END IF;

    RETURN QUERY
        INSERT INTO catalogue.copy AS c (title_id, barcode, branch_id, price, order_id, order_line_no)
        SELECT line.title_id, b.barcode, line.branch_id, line.unit_price, received_order_id, received_line_no
        FROM unnest(barcodes) WITH ORDINALITY AS b (barcode, place)
        ORDER BY b.place
        RETURNING c.*;

    UPDATE acquisition.purchase_order AS o
    SET status = 'received'
    WHERE o.order_id = received_order_id
      AND NOT EXISTS (
          SELECT FROM acquisition.order_line AS l WHERE l.order_id = o.order_id AND l.received < l.quantity
      );
END;
$receive_copies$;

COMMENT ON FUNCTION acquisition.receive_copies(bigint, smallint, text[]) IS
    'Unpacking: receive_copies(7001, 1, ''3...'', ''3...'') makes a copy of each barcode that was stuck on.';
