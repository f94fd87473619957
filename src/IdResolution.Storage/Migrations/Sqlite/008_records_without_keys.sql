-- business_keys has them now.

DROP INDEX records_business_key;

ALTER TABLE records DROP COLUMN source_key;

ALTER TABLE records DROP COLUMN source;
