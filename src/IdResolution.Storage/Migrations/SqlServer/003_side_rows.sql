-- Each table beside the records has a table type of its own columns, in which nodes send its rows. The types
-- value_rows, statistic_rows and audit_rows are those of nodes before this version, which may still be at work.

CREATE TYPE search_values_rows AS TABLE (
    template nvarchar(64) COLLATE Latin1_General_BIN2 NOT NULL,
    attribute bigint NOT NULL,
    [text] varbinary(600) NOT NULL,
    object bigint NOT NULL
);

CREATE TYPE unique_values_rows AS TABLE (
    template nvarchar(64) COLLATE Latin1_General_BIN2 NOT NULL,
    attribute bigint NOT NULL,
    hash varbinary(32) NOT NULL,
    object bigint NOT NULL
);
