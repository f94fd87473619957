-- What an inspector asks of a line, and its place in the chain of its kind. Lines of earlier versions are in no chain:
-- their position is 0. audit_chains has the last line of each chain.

ALTER TABLE audit ADD COLUMN kind INTEGER NOT NULL DEFAULT 0;

ALTER TABLE audit ADD COLUMN source TEXT NOT NULL DEFAULT '';

ALTER TABLE audit ADD COLUMN trace TEXT NOT NULL DEFAULT '';

ALTER TABLE audit ADD COLUMN os_user TEXT NOT NULL DEFAULT '';

ALTER TABLE audit ADD COLUMN node TEXT NOT NULL DEFAULT '';

ALTER TABLE audit ADD COLUMN position INTEGER NOT NULL DEFAULT 0;

ALTER TABLE audit ADD COLUMN previous BLOB NOT NULL DEFAULT x'';

ALTER TABLE audit ADD COLUMN hash BLOB NOT NULL DEFAULT x'';

CREATE TABLE audit_chains (
    kind INTEGER NOT NULL PRIMARY KEY,
    position INTEGER NOT NULL,
    line INTEGER NOT NULL,
    time INTEGER NOT NULL,
    hash BLOB NOT NULL
);
