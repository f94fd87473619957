-- Times are microseconds since 1970 UTC, keys and digests binary, truth values 0 and 1.

CREATE TABLE counters (
    name TEXT NOT NULL PRIMARY KEY,
    value INTEGER NOT NULL
) WITHOUT ROWID;

INSERT INTO counters (name, value) VALUES ('log', 0), ('object', 0), ('statistics', 0);

CREATE TABLE settings (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE change_log (
    sequence INTEGER NOT NULL PRIMARY KEY,
    body BLOB NOT NULL,
    leaf BLOB NOT NULL
);

CREATE TABLE versions (
    sequence INTEGER NOT NULL PRIMARY KEY,
    object INTEGER NOT NULL,
    version INTEGER NOT NULL,
    state BLOB NOT NULL
);

CREATE UNIQUE INDEX versions_object ON versions (object, version);

CREATE TABLE records (
    object INTEGER NOT NULL PRIMARY KEY,
    lookup_key BLOB NOT NULL,
    sequence INTEGER NOT NULL,
    version INTEGER NOT NULL,
    status INTEGER NOT NULL,
    template TEXT NULL,
    source TEXT NULL,
    source_key TEXT NULL,
    digest BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
);

CREATE UNIQUE INDEX records_lookup_key ON records (lookup_key);
CREATE UNIQUE INDEX records_business_key ON records (source, source_key) WHERE source_key IS NOT NULL;
CREATE INDEX records_template ON records (template, object);
CREATE INDEX records_created_at ON records (created_at);

CREATE TABLE search_values (
    template TEXT NOT NULL,
    attribute INTEGER NOT NULL,
    text TEXT NOT NULL,
    object INTEGER NOT NULL,
    PRIMARY KEY (template, attribute, text, object)
) WITHOUT ROWID;

CREATE TABLE unique_values (
    template TEXT NOT NULL,
    attribute INTEGER NOT NULL,
    hash BLOB NOT NULL,
    object INTEGER NOT NULL,
    PRIMARY KEY (template, attribute, hash)
) WITHOUT ROWID;

CREATE TABLE documents (
    kind INTEGER NOT NULL,
    code TEXT NOT NULL,
    object INTEGER NOT NULL,
    version INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    json TEXT NOT NULL,
    PRIMARY KEY (kind, code)
) WITHOUT ROWID;

CREATE UNIQUE INDEX documents_object ON documents (object);

CREATE TABLE sequences (
    scope TEXT NOT NULL PRIMARY KEY,
    next INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE audit (
    id INTEGER NOT NULL PRIMARY KEY,
    time INTEGER NOT NULL,
    caller TEXT NOT NULL,
    action TEXT NOT NULL,
    target TEXT NOT NULL,
    outcome TEXT NOT NULL,
    count INTEGER NOT NULL
);

CREATE TABLE statistics (
    day TEXT NOT NULL,
    template TEXT NOT NULL,
    source TEXT NOT NULL,
    operation TEXT NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (day, template, source, operation)
) WITHOUT ROWID;
