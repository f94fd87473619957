-- Events of before have keys of the former form: those that are sent again are looked for by both.

INSERT INTO settings (name, value) SELECT 'event-keys.former', 'yes' WHERE EXISTS (SELECT 1 FROM events);
