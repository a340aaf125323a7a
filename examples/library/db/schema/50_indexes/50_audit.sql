-- Rows arrive in the order of time and are asked for by time: a few kilobytes of BRIN do.
CREATE INDEX change_time ON audit.change USING brin (changed_at) WITH (pages_per_range = 32);

-- Built partition by partition, without locking the log, and put together at the end.
CREATE INDEX change_row ON ONLY audit.change USING gin (row_key jsonb_path_ops);
CREATE INDEX change_2025_row ON audit.change_2025 USING gin (row_key jsonb_path_ops);
CREATE INDEX change_2026_row ON audit.change_2026 USING gin (row_key jsonb_path_ops);
CREATE INDEX change_default_row ON audit.change_default USING gin (row_key jsonb_path_ops);

ALTER INDEX audit.change_row ATTACH PARTITION audit.change_2025_row;
ALTER INDEX audit.change_row ATTACH PARTITION audit.change_2026_row;
ALTER INDEX audit.change_row ATTACH PARTITION audit.change_default_row;
