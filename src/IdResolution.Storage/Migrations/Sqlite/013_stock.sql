-- What is where now, as the log reader "stock" reckons it from the events. place and holder are keys of items (one zero byte: none).
-- A unit or quantity of one blank is none.
-- It is derived: where the reader begins anew, it makes all rows again.

CREATE TABLE stock (
    place BLOB NOT NULL,
    item INTEGER NOT NULL,
    unit TEXT NOT NULL,
    holder BLOB NOT NULL,
    template TEXT NOT NULL,
    quantity TEXT NOT NULL,
    age INTEGER NOT NULL,
    PRIMARY KEY (place, item, unit, holder)
) WITHOUT ROWID;

CREATE INDEX stock_item ON stock (item);
CREATE INDEX stock_holder ON stock (holder, item);
CREATE INDEX stock_template ON stock (template, place, item);
CREATE INDEX stock_age ON stock (template, place, age);
