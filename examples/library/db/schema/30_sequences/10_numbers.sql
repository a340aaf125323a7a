-- Numbers that people read aloud: they have a fixed length and must not run out of it unnoticed.
CREATE SEQUENCE membership.member_number AS integer
    INCREMENT BY 1
    MINVALUE 200001 MAXVALUE 999999
    START WITH 200001
    NO CYCLE;

CREATE SEQUENCE circulation.receipt_number AS bigint
    START WITH 50000
    CACHE 1;

-- The ticket at the kiosk only has to be different from those still in somebody's hand.
CREATE SEQUENCE circulation.kiosk_ticket AS smallint
    MINVALUE 1 MAXVALUE 999
    CYCLE
    CACHE 5;

COMMENT ON SEQUENCE membership.member_number IS 'Six digits, printed on the member card.';
COMMENT ON SEQUENCE circulation.receipt_number IS 'Continues the numbers of the old cash register.';
