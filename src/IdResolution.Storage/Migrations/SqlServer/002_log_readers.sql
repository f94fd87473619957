-- How far each reader of the log is, and the entries that it could not take. A reader without a row stands at 0.

CREATE TABLE log_readers (
    name nvarchar(100) COLLATE Latin1_General_BIN2 NOT NULL,
    [cursor] bigint NOT NULL,
    CONSTRAINT log_readers_pk PRIMARY KEY (name)
);

CREATE TABLE dead_letters (
    reader nvarchar(100) COLLATE Latin1_General_BIN2 NOT NULL,
    sequence bigint NOT NULL,
    reason nvarchar(1000) NOT NULL,
    [at] bigint NOT NULL,
    CONSTRAINT dead_letters_pk PRIMARY KEY (reader, sequence)
);

INSERT INTO log_readers (name, [cursor]) SELECT name, value FROM counters WHERE name = N'statistics' AND value > 0;

DELETE FROM counters WHERE name = N'statistics';
