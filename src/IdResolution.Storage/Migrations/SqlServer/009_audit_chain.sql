-- What an inspector asks of a line, and its place in the chain of its kind. Lines of earlier versions are in no chain:
-- their position is 0. audit_chains has the last line of each chain.

ALTER TABLE audit ADD kind bigint NOT NULL CONSTRAINT audit_kind DEFAULT 0;

ALTER TABLE audit ADD source nvarchar(100) NOT NULL CONSTRAINT audit_source DEFAULT N'';

ALTER TABLE audit ADD trace nvarchar(64) NOT NULL CONSTRAINT audit_trace DEFAULT N'';

ALTER TABLE audit ADD os_user nvarchar(200) NOT NULL CONSTRAINT audit_os_user DEFAULT N'';

ALTER TABLE audit ADD node nvarchar(200) NOT NULL CONSTRAINT audit_node DEFAULT N'';

ALTER TABLE audit ADD position bigint NOT NULL CONSTRAINT audit_position DEFAULT 0;

ALTER TABLE audit ADD previous varbinary(32) NOT NULL CONSTRAINT audit_previous DEFAULT 0x;

ALTER TABLE audit ADD hash varbinary(32) NOT NULL CONSTRAINT audit_hash DEFAULT 0x;

CREATE TABLE audit_chains (
    kind bigint NOT NULL,
    position bigint NOT NULL,
    line bigint NOT NULL,
    [time] bigint NOT NULL,
    hash varbinary(32) NOT NULL,
    CONSTRAINT audit_chains_pk PRIMARY KEY (kind)
);
