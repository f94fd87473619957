-- Counts by the prefix of the identifiers, too. Those of earlier versions stay in statistics, to which nodes of those
-- versions go on adding.

CREATE TABLE prefix_statistics (
    day TEXT NOT NULL,
    template TEXT NOT NULL,
    source TEXT NOT NULL,
    operation TEXT NOT NULL,
    prefix TEXT NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (day, template, source, operation, prefix)
) WITHOUT ROWID;
