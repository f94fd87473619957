-- What is where now, as the log reader "stock" reckons it from the events. place and holder are keys of items (one zero byte: none).
-- A unit or quantity of one blank is none.
-- It is derived: where the reader begins anew, it makes all rows again.

CREATE TABLE stock (
    place varbinary(256) NOT NULL,
    item bigint NOT NULL,
    unit varbinary(32) NOT NULL,
    holder varbinary(256) NOT NULL,
    template nvarchar(64) COLLATE Latin1_General_BIN2 NOT NULL,
    quantity varbinary(64) NOT NULL,
    age bigint NOT NULL,
    CONSTRAINT stock_pk PRIMARY KEY (place, item, unit, holder)
);

CREATE INDEX stock_item ON stock (item);
CREATE INDEX stock_holder ON stock (holder, item);
CREATE INDEX stock_template ON stock (template, place, item);
CREATE INDEX stock_age ON stock (template, place, age);
