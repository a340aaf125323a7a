-- One per event: each sees other transition tables.
CREATE TRIGGER copy_count_inserted
    AFTER INSERT ON catalogue.copy
    REFERENCING NEW TABLE AS new_copies
    FOR EACH STATEMENT
    EXECUTE FUNCTION catalogue.count_holdings();

CREATE TRIGGER copy_count_updated
    AFTER UPDATE ON catalogue.copy
    REFERENCING OLD TABLE AS old_copies NEW TABLE AS new_copies
    FOR EACH STATEMENT
    EXECUTE FUNCTION catalogue.count_holdings();

CREATE TRIGGER copy_count_deleted
    AFTER DELETE ON catalogue.copy
    REFERENCING OLD TABLE AS old_copies
    FOR EACH STATEMENT
    EXECUTE FUNCTION catalogue.count_holdings();

CREATE TRIGGER quick_entry_insert
    INSTEAD OF INSERT ON catalogue.quick_entry
    FOR EACH ROW
    EXECUTE FUNCTION catalogue.enter_quickly();
