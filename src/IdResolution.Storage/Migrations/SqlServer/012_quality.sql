-- What events say of quality, to be counted: filled by a reader of the log. kind: 0 a step, 1 an inspection, 2 a measurement, 3 a
-- defect. role and member are the part that the item has in the event (event_members), 0: none.

CREATE TABLE quality (
    kind bigint NOT NULL,
    [time] bigint NOT NULL,
    event bigint NOT NULL,
    [row] bigint NOT NULL,
    role bigint NOT NULL,
    member bigint NOT NULL,
    step varbinary(765) NOT NULL,
    name varbinary(765) NOT NULL,
    unit varbinary(255) NOT NULL,
    value float NULL,
    low float NULL,
    high float NULL,
    CONSTRAINT quality_pk PRIMARY KEY (kind, [time], event, [row])
);

CREATE INDEX quality_name ON quality (kind, name, [time]);
