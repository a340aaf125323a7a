CREATE TRIGGER title_touch
    BEFORE UPDATE ON catalogue.title
    FOR EACH ROW
    EXECUTE FUNCTION org.touch();

CREATE TRIGGER member_touch
    BEFORE UPDATE ON membership.member
    FOR EACH ROW
    EXECUTE FUNCTION org.touch();

-- An UPDATE that changes nothing is no change. (The tables above have generated columns, and WHEN cannot look
-- at a row as a whole before those are known.)
CREATE TRIGGER copy_touch
    BEFORE UPDATE ON catalogue.copy
    FOR EACH ROW
    WHEN (OLD.* IS DISTINCT FROM NEW.*)
    EXECUTE FUNCTION org.touch();
