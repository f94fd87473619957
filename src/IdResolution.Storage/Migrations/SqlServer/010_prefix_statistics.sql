-- Counts by the prefix of the identifiers, too. Those of earlier versions stay in statistics, to which nodes of those
-- versions go on adding.

CREATE TABLE prefix_statistics (
    [day] nvarchar(10) COLLATE Latin1_General_BIN2 NOT NULL,
    template nvarchar(64) COLLATE Latin1_General_BIN2 NOT NULL,
    source varbinary(64) NOT NULL,
    operation nvarchar(20) COLLATE Latin1_General_BIN2 NOT NULL,
    prefix nvarchar(200) COLLATE Latin1_General_BIN2 NOT NULL,
    [count] bigint NOT NULL,
    CONSTRAINT prefix_statistics_pk PRIMARY KEY ([day], template, source, operation, prefix)
);
