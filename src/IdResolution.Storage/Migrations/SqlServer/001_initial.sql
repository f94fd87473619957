-- Times are microseconds since 1970 UTC, keys and digests binary, truth values 0 and 1. Texts that callers choose are UTF-8 in varbinary,
-- since comparing nvarchar ignores trailing spaces in every collation; codes, which cannot end in one, are nvarchar.

CREATE TABLE counters (
    name nvarchar(20) COLLATE Latin1_General_BIN2 NOT NULL,
    value bigint NOT NULL,
    CONSTRAINT counters_pk PRIMARY KEY (name)
);

INSERT INTO counters (name, value) VALUES (N'log', 0), (N'object', 0), (N'statistics', 0);

CREATE TABLE settings (
    name nvarchar(100) COLLATE Latin1_General_BIN2 NOT NULL,
    value nvarchar(max) NOT NULL,
    CONSTRAINT settings_pk PRIMARY KEY (name)
);

CREATE TABLE change_log (
    sequence bigint NOT NULL,
    body varbinary(max) NOT NULL,
    leaf varbinary(32) NOT NULL,
    CONSTRAINT change_log_pk PRIMARY KEY (sequence)
);

CREATE TABLE versions (
    sequence bigint NOT NULL,
    object bigint NOT NULL,
    version bigint NOT NULL,
    state varbinary(max) NOT NULL,
    CONSTRAINT versions_pk PRIMARY KEY (sequence)
);

CREATE UNIQUE INDEX versions_object ON versions (object, version);

CREATE TABLE records (
    object bigint NOT NULL,
    lookup_key varbinary(255) NOT NULL,
    sequence bigint NOT NULL,
    version bigint NOT NULL,
    status bigint NOT NULL,
    template nvarchar(64) COLLATE Latin1_General_BIN2 NULL,
    source varbinary(64) NULL,
    source_key varbinary(255) NULL,
    digest varbinary(32) NOT NULL,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    CONSTRAINT records_pk PRIMARY KEY (object)
);

CREATE UNIQUE INDEX records_lookup_key ON records (lookup_key);
CREATE UNIQUE INDEX records_business_key ON records (source, source_key) WHERE source_key IS NOT NULL;
CREATE INDEX records_template ON records (template, object);
CREATE INDEX records_created_at ON records (created_at);

CREATE TABLE search_values (
    template nvarchar(64) COLLATE Latin1_General_BIN2 NOT NULL,
    attribute bigint NOT NULL,
    [text] varbinary(600) NOT NULL,
    object bigint NOT NULL,
    CONSTRAINT search_values_pk PRIMARY KEY (template, attribute, [text], object)
);

CREATE TABLE unique_values (
    template nvarchar(64) COLLATE Latin1_General_BIN2 NOT NULL,
    attribute bigint NOT NULL,
    hash varbinary(32) NOT NULL,
    object bigint NOT NULL,
    CONSTRAINT unique_values_pk PRIMARY KEY (template, attribute, hash)
);

CREATE TABLE documents (
    kind bigint NOT NULL,
    code nvarchar(400) COLLATE Latin1_General_BIN2 NOT NULL,
    object bigint NOT NULL,
    version bigint NOT NULL,
    sequence bigint NOT NULL,
    json nvarchar(max) NOT NULL,
    CONSTRAINT documents_pk PRIMARY KEY (kind, code)
);

CREATE UNIQUE INDEX documents_object ON documents (object);

CREATE TABLE sequences (
    scope varbinary(400) NOT NULL,
    [next] bigint NOT NULL,
    CONSTRAINT sequences_pk PRIMARY KEY (scope)
);

CREATE TABLE audit (
    id bigint NOT NULL,
    [time] bigint NOT NULL,
    caller nvarchar(400) NOT NULL,
    action nvarchar(200) NOT NULL,
    target nvarchar(max) NOT NULL,
    outcome nvarchar(100) NOT NULL,
    [count] bigint NOT NULL,
    CONSTRAINT audit_pk PRIMARY KEY (id)
);

CREATE TABLE [statistics] (
    [day] nvarchar(10) COLLATE Latin1_General_BIN2 NOT NULL,
    template nvarchar(64) COLLATE Latin1_General_BIN2 NOT NULL,
    source varbinary(64) NOT NULL,
    operation nvarchar(20) COLLATE Latin1_General_BIN2 NOT NULL,
    [count] bigint NOT NULL,
    CONSTRAINT statistics_pk PRIMARY KEY ([day], template, source, operation)
);

-- Work that one node alone may do. The token grows with every holder.

CREATE TABLE leases (
    name nvarchar(100) COLLATE Latin1_General_BIN2 NOT NULL,
    holder nvarchar(400) COLLATE Latin1_General_BIN2 NOT NULL,
    token bigint NOT NULL,
    expires_at bigint NOT NULL,
    CONSTRAINT leases_pk PRIMARY KEY (name)
);

-- What nodes send many rows in.

CREATE TYPE key_rows AS TABLE (
    lookup_key varbinary(255) NOT NULL
);

CREATE TYPE business_key_rows AS TABLE (
    source varbinary(64) NOT NULL,
    source_key varbinary(255) NOT NULL
);

CREATE TYPE value_rows AS TABLE (
    template nvarchar(64) COLLATE Latin1_General_BIN2 NOT NULL,
    attribute bigint NOT NULL,
    value varbinary(600) NOT NULL,
    object bigint NOT NULL
);

CREATE TYPE record_rows AS TABLE (
    object bigint NOT NULL,
    lookup_key varbinary(255) NOT NULL,
    version bigint NOT NULL,
    status bigint NOT NULL,
    template nvarchar(64) COLLATE Latin1_General_BIN2 NULL,
    source varbinary(64) NULL,
    source_key varbinary(255) NULL,
    digest varbinary(32) NOT NULL,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL
);

CREATE TYPE document_rows AS TABLE (
    kind bigint NOT NULL,
    code nvarchar(400) COLLATE Latin1_General_BIN2 NOT NULL,
    object bigint NOT NULL,
    version bigint NOT NULL,
    json nvarchar(max) NOT NULL
);

CREATE TYPE entry_rows AS TABLE (
    position bigint NOT NULL,
    object bigint NOT NULL,
    version bigint NOT NULL,
    body varbinary(max) NOT NULL,
    leaf varbinary(32) NOT NULL,
    state varbinary(max) NOT NULL
);

CREATE TYPE state_rows AS TABLE (
    sequence bigint NOT NULL,
    state varbinary(max) NOT NULL
);

CREATE TYPE statistic_rows AS TABLE (
    [day] nvarchar(10) COLLATE Latin1_General_BIN2 NOT NULL,
    template nvarchar(64) COLLATE Latin1_General_BIN2 NOT NULL,
    source varbinary(64) NOT NULL,
    operation nvarchar(20) COLLATE Latin1_General_BIN2 NOT NULL,
    [count] bigint NOT NULL
);

CREATE TYPE audit_rows AS TABLE (
    position bigint NOT NULL,
    [time] bigint NOT NULL,
    caller nvarchar(400) NOT NULL,
    action nvarchar(200) NOT NULL,
    target nvarchar(max) NOT NULL,
    outcome nvarchar(100) NOT NULL,
    [count] bigint NOT NULL
);
