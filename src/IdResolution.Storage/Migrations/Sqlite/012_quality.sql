-- What events say of quality, to be counted: filled by a reader of the log. kind: 0 a step, 1 an inspection, 2 a measurement, 3 a
-- defect. role and member are the part that the item has in the event (event_members), 0: none.

CREATE TABLE quality (
    kind INTEGER NOT NULL,
    time INTEGER NOT NULL,
    event INTEGER NOT NULL,
    row INTEGER NOT NULL,
    role INTEGER NOT NULL,
    member INTEGER NOT NULL,
    step TEXT NOT NULL,
    name TEXT NOT NULL,
    unit TEXT NOT NULL,
    value REAL NULL,
    low REAL NULL,
    high REAL NULL,
    PRIMARY KEY (kind, time, event, row)
) WITHOUT ROWID;

CREATE INDEX quality_name ON quality (kind, name, time);
