-- What happened to items. One entry of the log makes an event (made), another may void it (voided; 0: none). Nothing is deleted.

CREATE TABLE events (
    object bigint NOT NULL,
    type bigint NOT NULL,
    [time] bigint NOT NULL,
    made bigint NOT NULL,
    voided bigint NOT NULL,
    version bigint NOT NULL,
    [identity] varbinary(32) NOT NULL,
    digest varbinary(32) NOT NULL,
    voids bigint NOT NULL,
    CONSTRAINT events_pk PRIMARY KEY (object)
);

CREATE UNIQUE INDEX events_identity ON events ([identity]);
CREATE INDEX events_time ON events ([time], object);

-- What an event names. item is the object number of a record, or a number in unregistered; time is the event's.

CREATE TABLE event_members (
    event bigint NOT NULL,
    role bigint NOT NULL,
    [row] bigint NOT NULL,
    item bigint NOT NULL,
    [time] bigint NOT NULL,
    quantity varbinary(64) NULL,
    unit varbinary(255) NULL,
    position varbinary(255) NULL,
    CONSTRAINT event_members_pk PRIMARY KEY (event, role, [row])
);

CREATE INDEX event_members_item ON event_members (item, role, [time], event, [row]);

-- What events name and has no record. The key of a text begins with a zero byte.

CREATE TABLE unregistered (
    number bigint NOT NULL,
    [key] varbinary(256) NOT NULL,
    [text] varbinary(765) NOT NULL,
    CONSTRAINT unregistered_pk PRIMARY KEY (number)
);

CREATE UNIQUE INDEX unregistered_key ON unregistered ([key]);

-- hold is the object number of the event. ended is the entry that ended it for the last of its items, 0: in force. asked counts how
-- often it was to go on to what is made from its items; spreading is the count that is not done yet, 0: none; floor the count from
-- which on rows of item_holds are right.

CREATE TABLE holds (
    hold bigint NOT NULL,
    scope bigint NOT NULL,
    ended bigint NOT NULL,
    asked bigint NOT NULL,
    spreading bigint NOT NULL,
    floor bigint NOT NULL,
    CONSTRAINT holds_pk PRIMARY KEY (hold)
);

CREATE INDEX holds_spreading ON holds (hold) WHERE spreading > 0;

-- is_own is 1 for an item that the hold names; ended is the entry that ended it for that item, 0: in force. mark is more than 0 for
-- what was made from an item, as of which count.

CREATE TABLE item_holds (
    item bigint NOT NULL,
    hold bigint NOT NULL,
    is_own bigint NOT NULL,
    ended bigint NOT NULL,
    mark bigint NOT NULL,
    CONSTRAINT item_holds_pk PRIMARY KEY (item, hold)
);

CREATE INDEX item_holds_hold ON item_holds (hold, is_own, mark);

-- The holds that a release names. One that names none is of its items.

CREATE TABLE hold_releases (
    hold bigint NOT NULL,
    release bigint NOT NULL,
    CONSTRAINT hold_releases_pk PRIMARY KEY (hold, release)
);

CREATE INDEX hold_releases_release ON hold_releases (release);

-- Grows with each change of what is held. A group of events that was checked before looks again.

INSERT INTO counters (name, value) VALUES (N'holds', 0);

CREATE TYPE event_rows AS TABLE (
    object bigint NOT NULL,
    type bigint NOT NULL,
    [time] bigint NOT NULL,
    [identity] varbinary(32) NOT NULL,
    digest varbinary(32) NOT NULL,
    voids bigint NOT NULL
);

CREATE TYPE event_member_rows AS TABLE (
    event bigint NOT NULL,
    role bigint NOT NULL,
    [row] bigint NOT NULL,
    item bigint NOT NULL,
    [time] bigint NOT NULL,
    quantity varbinary(64) NULL,
    unit varbinary(255) NULL,
    position varbinary(255) NULL
);

CREATE TYPE unregistered_rows AS TABLE (
    number bigint NOT NULL,
    [key] varbinary(256) NOT NULL,
    [text] varbinary(765) NOT NULL
);

CREATE TYPE hold_rows AS TABLE (
    hold bigint NOT NULL,
    scope bigint NOT NULL
);

CREATE TYPE item_hold_rows AS TABLE (
    item bigint NOT NULL,
    hold bigint NOT NULL,
    is_own bigint NOT NULL,
    mark bigint NOT NULL
);

CREATE TYPE hold_release_rows AS TABLE (
    hold bigint NOT NULL,
    release bigint NOT NULL
);

CREATE TYPE number_rows AS TABLE (
    position bigint NOT NULL,
    number bigint NOT NULL
);

CREATE TYPE bytes_rows AS TABLE (
    position bigint NOT NULL,
    value varbinary(256) NOT NULL
);

CREATE TYPE link_rows AS TABLE (
    near bigint NOT NULL,
    far bigint NOT NULL,
    type bigint NOT NULL,
    kind bigint NOT NULL
);
