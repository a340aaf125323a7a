-- Old rows may break it; new ones may not. It stays NOT VALID on purpose: the log is never edited.
ALTER TABLE audit.ddl_event
    ADD CONSTRAINT ddl_event_tag_capitals CHECK (command_tag = upper(command_tag)) NOT VALID;
