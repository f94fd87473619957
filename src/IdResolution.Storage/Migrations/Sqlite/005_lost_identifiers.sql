-- Identifiers on the labels of items that a restore lost. An item sent again by its business key gets its own back.

CREATE TABLE lost_identifiers (
    source TEXT NOT NULL,
    source_key TEXT NOT NULL,
    template TEXT NOT NULL,
    identifier TEXT NOT NULL,
    PRIMARY KEY (source, source_key)
) WITHOUT ROWID;
