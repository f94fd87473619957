-- business_keys has them now. The types record_rows and business_key_rows are those of nodes before this version, which may still
-- be at work and are told to stop.

DROP INDEX records_business_key ON records;

ALTER TABLE records DROP COLUMN source_key;

ALTER TABLE records DROP COLUMN source;
