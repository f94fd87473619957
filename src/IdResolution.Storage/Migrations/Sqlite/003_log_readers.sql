-- How far each reader of the log is, and the entries that it could not take. A reader without a row stands at 0.

CREATE TABLE log_readers (
    name TEXT NOT NULL PRIMARY KEY,
    cursor INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE dead_letters (
    reader TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    reason TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (reader, sequence)
) WITHOUT ROWID;

INSERT INTO log_readers (name, cursor) SELECT name, value FROM counters WHERE name = 'statistics' AND value > 0;

DELETE FROM counters WHERE name = 'statistics';
