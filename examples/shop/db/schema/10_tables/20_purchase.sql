CREATE TABLE purchase (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    customer_id bigint NOT NULL REFERENCES customer,
    paid_at timestamptz,
    note text,
    amount numeric(10, 2) NOT NULL CHECK (amount >= 0)
);
