-- Identifiers on the labels of items that a restore lost. An item sent again by its business key gets its own back.

CREATE TABLE lost_identifiers (
    source varbinary(64) NOT NULL,
    source_key varbinary(255) NOT NULL,
    template nvarchar(64) COLLATE Latin1_General_BIN2 NOT NULL,
    identifier varbinary(255) NOT NULL,
    CONSTRAINT lost_identifiers_pk PRIMARY KEY (source, source_key)
);
