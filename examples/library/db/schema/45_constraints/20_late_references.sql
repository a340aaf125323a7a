-- References from tables that come early in the order to tables that come late.
ALTER TABLE org.room_booking
    ADD CONSTRAINT room_booking_member_fkey FOREIGN KEY (member_id)
        REFERENCES membership.member (member_id) ON UPDATE CASCADE ON DELETE CASCADE;

-- In two steps, as on the day when this was added to a full table: NOT VALID takes its lock for a moment
-- only, and VALIDATE lets the desk go on working while it reads the table.
ALTER TABLE catalogue.copy
    ADD CONSTRAINT copy_order_line_fkey FOREIGN KEY (order_id, order_line_no)
        REFERENCES acquisition.order_line (order_id, line_no) MATCH FULL ON DELETE SET NULL
        NOT VALID;

ALTER TABLE catalogue.copy VALIDATE CONSTRAINT copy_order_line_fkey;

-- Notes inherit their columns, but not their foreign keys.
ALTER TABLE catalogue.copy_note
    ADD CONSTRAINT copy_note_written_by_fkey FOREIGN KEY (written_by)
        REFERENCES org.staff (staff_id) ON DELETE SET NULL;

ALTER TABLE membership.member_note
    ADD CONSTRAINT member_note_written_by_fkey FOREIGN KEY (written_by)
        REFERENCES org.staff (staff_id) ON DELETE SET NULL;
