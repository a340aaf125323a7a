-- Old orders keep naming their supplier, so DELETE means: we do not order there any more.
CREATE RULE supplier_delete_deactivates AS
    ON DELETE TO acquisition.supplier
    DO INSTEAD
        UPDATE acquisition.supplier SET active = false WHERE supplier_id = OLD.supplier_id AND active;

-- Two actions in one rule. What they read is the row as it was, and as it is to be.
CREATE RULE budget_keeps_revisions AS
    ON UPDATE TO acquisition.budget
    WHERE NEW.allocated IS DISTINCT FROM OLD.allocated
    DO ALSO (
        INSERT INTO acquisition.budget_revision (fund_code, fiscal_year, allocated_before, allocated_after)
        VALUES (OLD.fund_code, OLD.fiscal_year, OLD.allocated, NEW.allocated);
        DELETE FROM acquisition.budget_revision
        WHERE fund_code = OLD.fund_code AND fiscal_year < OLD.fiscal_year - 10;
    );

COMMENT ON RULE supplier_delete_deactivates ON acquisition.supplier IS 'A supplier is never deleted.';
COMMENT ON RULE budget_keeps_revisions ON acquisition.budget IS 'Revisions are kept for ten years.';
