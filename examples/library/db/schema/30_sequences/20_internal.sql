-- Shared by several tables (notes), or by the partitions of one, where an identity column would not do.
CREATE SEQUENCE org.note_id;
CREATE SEQUENCE circulation.loan_history_id CACHE 20;
CREATE SEQUENCE circulation.notification_id CACHE 20;
CREATE SEQUENCE audit.change_id CACHE 50;
