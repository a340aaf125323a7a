-- The county's union catalogue subscribes to this one. Only columns that mean something to others.
CREATE PUBLICATION library_union_catalogue
    FOR TABLE
        catalogue.title (title_id, isbn, medium, title, subtitle, edition, language_code, published_year),
        catalogue.copy (copy_id, title_id, branch_id, lendable),
        catalogue.holding_summary
    WITH (publish = 'insert, update, delete');

-- The council's auditors get the whole log. A schema as a whole can be published by a superuser only.
CREATE PUBLICATION library_audit_log
    FOR TABLES IN SCHEMA audit
    WITH (publish = 'insert', publish_via_partition_root = true);

ALTER PUBLICATION library_union_catalogue OWNER TO library_owner;

COMMENT ON PUBLICATION library_union_catalogue IS 'For the union catalogue of the county.';
COMMENT ON PUBLICATION library_audit_log IS 'For the auditors, who keep their own copy.';
