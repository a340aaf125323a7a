-- Row-level security without a policy: nobody reads the log through a grant given by mistake.
ALTER TABLE audit.change ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit.ddl_event ENABLE ROW LEVEL SECURITY;
