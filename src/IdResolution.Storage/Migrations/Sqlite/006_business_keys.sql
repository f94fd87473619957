-- The keys by which other systems know items. source is the object number of the source's document, form says how folded holds
-- the key: 0 folded, 1 as spelled, 2 an HMAC of a key that was erased. The next migration fills the table.

CREATE TABLE business_keys (
    source INTEGER NOT NULL,
    folded BLOB NOT NULL,
    form INTEGER NOT NULL,
    key TEXT NOT NULL,
    object INTEGER NOT NULL,
    PRIMARY KEY (source, folded, form)
) WITHOUT ROWID;

CREATE INDEX business_keys_object ON business_keys (object);
