-- What happened to items. One entry of the log makes an event (made), another may void it (voided; 0: none). Nothing is deleted.

CREATE TABLE events (
    object INTEGER NOT NULL PRIMARY KEY,
    type INTEGER NOT NULL,
    time INTEGER NOT NULL,
    made INTEGER NOT NULL,
    voided INTEGER NOT NULL,
    version INTEGER NOT NULL,
    identity BLOB NOT NULL,
    digest BLOB NOT NULL,
    voids INTEGER NOT NULL
);

CREATE UNIQUE INDEX events_identity ON events (identity);
CREATE INDEX events_time ON events (time, object);

-- What an event names. item is the object number of a record, or a number in unregistered; time is the event's.

CREATE TABLE event_members (
    event INTEGER NOT NULL,
    role INTEGER NOT NULL,
    row INTEGER NOT NULL,
    item INTEGER NOT NULL,
    time INTEGER NOT NULL,
    quantity TEXT NULL,
    unit TEXT NULL,
    position TEXT NULL,
    PRIMARY KEY (event, role, row)
) WITHOUT ROWID;

CREATE INDEX event_members_item ON event_members (item, role, time, event, row);

-- What events name and has no record. The key of a text begins with a zero byte.

CREATE TABLE unregistered (
    number INTEGER NOT NULL PRIMARY KEY,
    key BLOB NOT NULL,
    text TEXT NOT NULL
);

CREATE UNIQUE INDEX unregistered_key ON unregistered (key);

-- hold is the object number of the event. ended is the entry that ended it for the last of its items, 0: in force. asked counts how
-- often it was to go on to what is made from its items; spreading is the count that is not done yet, 0: none; floor the count from
-- which on rows of item_holds are right.

CREATE TABLE holds (
    hold INTEGER NOT NULL PRIMARY KEY,
    scope INTEGER NOT NULL,
    ended INTEGER NOT NULL,
    asked INTEGER NOT NULL,
    spreading INTEGER NOT NULL,
    floor INTEGER NOT NULL
);

CREATE INDEX holds_spreading ON holds (hold) WHERE spreading > 0;

-- is_own is 1 for an item that the hold names; ended is the entry that ended it for that item, 0: in force. mark is more than 0 for
-- what was made from an item, as of which count.

CREATE TABLE item_holds (
    item INTEGER NOT NULL,
    hold INTEGER NOT NULL,
    is_own INTEGER NOT NULL,
    ended INTEGER NOT NULL,
    mark INTEGER NOT NULL,
    PRIMARY KEY (item, hold)
) WITHOUT ROWID;

CREATE INDEX item_holds_hold ON item_holds (hold, is_own, mark);

-- The holds that a release names. One that names none is of its items.

CREATE TABLE hold_releases (
    hold INTEGER NOT NULL,
    release INTEGER NOT NULL,
    PRIMARY KEY (hold, release)
) WITHOUT ROWID;

CREATE INDEX hold_releases_release ON hold_releases (release);

-- Copies take it to SQL Server, where nodes look at it.

INSERT INTO counters (name, value) VALUES ('holds', 0);
