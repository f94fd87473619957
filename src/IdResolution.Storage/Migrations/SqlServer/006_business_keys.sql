-- The keys by which other systems know items. source is the object number of the source's document, form says how folded holds
-- the key: 0 folded, 1 as spelled, 2 an HMAC of a key that was erased. The next migration fills the table.

CREATE TABLE business_keys (
    source bigint NOT NULL,
    folded varbinary(765) NOT NULL,
    form bigint NOT NULL,
    [key] varbinary(255) NOT NULL,
    object bigint NOT NULL,
    CONSTRAINT business_keys_pk PRIMARY KEY (source, folded, form)
);

CREATE INDEX business_keys_object ON business_keys (object);

CREATE TYPE business_keys_rows AS TABLE (
    source bigint NOT NULL,
    folded varbinary(765) NOT NULL,
    form bigint NOT NULL,
    [key] varbinary(255) NOT NULL,
    object bigint NOT NULL
);

CREATE TYPE written_record_rows AS TABLE (
    object bigint NOT NULL,
    lookup_key varbinary(255) NOT NULL,
    version bigint NOT NULL,
    status bigint NOT NULL,
    template nvarchar(64) COLLATE Latin1_General_BIN2 NULL,
    digest varbinary(32) NOT NULL,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL
);
