using IdResolution.Storage.Sql;

namespace IdResolution.Storage.Sqlite;

/// <summary>The SQL about events that only the embedded store uses, one row at a time.</summary>
internal static class SqliteEventStatements
{
    public const string FindIdentity = "SELECT object, made, digest FROM events WHERE identity = ?1";

    public const string FindEvent = "SELECT type, made, voided FROM events WHERE object = ?1";

    public const string ObjectOf = "SELECT object FROM versions WHERE sequence = ?1";

    // 1, 4, 12: inputs, children, and what was taken out.
    /// <summary>
    /// Whether an item (1) was used, put into something or taken out since a number of the log (2). From the log, in
    /// which less was written since than a lot has parts.
    /// </summary>
    public const string IsUsedSince = """
        SELECT 1 FROM versions v CROSS JOIN events e ON e.object = v.object
        CROSS JOIN event_members m ON m.event IN (e.object, e.voids) AND m.role IN (1, 4, 12)
        WHERE v.sequence > ?2 AND m.item = ?1 LIMIT 1
        """;

    public const string RecordOf = "SELECT object FROM records WHERE lookup_key = ?1";

    /// <summary>The record that is registered with the GS1 key of a URI.</summary>
    public const string RecordOfUri = $"""
        SELECT object FROM business_keys
        WHERE source = {SharedEventStatements.Gs1Source} AND folded = ?1 AND form = 0
        """;

    /// <summary>The numbers under which events named a record (1) before it was registered.</summary>
    public const string Before = $"""
        SELECT u.number FROM records r JOIN unregistered u ON u.key = r.lookup_key WHERE r.object = ?1
        UNION ALL SELECT u.number FROM business_keys b JOIN unregistered u ON u.key = b.folded
        WHERE b.object = ?1 AND b.form = 0 AND b.source = {SharedEventStatements.Gs1Source}
        """;

    public const string TemplateOfRecord = "SELECT object, template FROM records WHERE lookup_key = ?1";

    public const string TemplateOfUri = $"""
        SELECT r.object, r.template FROM business_keys b JOIN records r ON r.object = b.object
        WHERE b.source = {SharedEventStatements.Gs1Source} AND b.folded = ?1 AND b.form = 0
        """;

    public const string UnregisteredOf = "SELECT number FROM unregistered WHERE key = ?1";

    public const string InsertUnregistered = "INSERT INTO unregistered (number, key, text) VALUES (?1, ?2, ?3)";

    public const string InsertEvent = """
        INSERT INTO events (object, type, time, made, voided, version, identity, digest, voids)
        VALUES (?1, ?2, ?3, ?4, 0, 1, ?5, ?6, ?7)
        """;

    public const string InsertMember = """
        INSERT INTO event_members (event, role, row, item, time, quantity, unit, position)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
        """;

    public const string VoidEvent = "UPDATE events SET voided = ?2 WHERE object = ?1";

    // It is renewed in the same transaction.
    public const string InsertHold =
        "INSERT INTO holds (hold, scope, ended, asked, spreading, floor) VALUES (?1, ?2, 0, 0, 0, 0)";

    public const string InsertRelease =
        "INSERT INTO hold_releases (hold, release) VALUES (?1, ?2) ON CONFLICT DO NOTHING";

    /// <summary>Has a hold (1) that corrects another one (2) take its releases over.</summary>
    public const string TakeReleases = """
        INSERT INTO hold_releases (hold, release) SELECT ?1, release FROM hold_releases WHERE hold = ?2
        ON CONFLICT DO NOTHING
        """;

    /// <summary>The hold that corrects a hold.</summary>
    public const string HeldAgain = """
        SELECT h.hold FROM events e JOIN versions v ON v.sequence = e.voided JOIN holds h ON h.hold = v.object
        WHERE e.object = ?1
        """;

    public const string RenewItems = $"{HoldSql.RenewItems} (?1)";

    public const string RenewHold = $"{HoldSql.RenewHolds} (?1)";

    /// <summary>The holds placed on an item that a release of it may end.</summary>
    public const string OwnHolds = "SELECT hold FROM item_holds WHERE item = ?1 AND is_own = 1 AND ended = 0";

    /// <summary>The holds that a release may have ended: those that it names, or those placed on its items.</summary>
    public const string HoldsReleasedBy = """
        SELECT hold FROM hold_releases WHERE release = ?1
        UNION SELECT i.hold FROM event_members m JOIN item_holds i ON i.item = m.item AND i.is_own = 1
        WHERE m.event = ?1 AND m.role = 5
        """;

    // 1, 4: inputs and children. 2, 3: outputs and parents.
    /// <summary>The holds in force that an event handed on, or that a spread may be about to hand on by it.</summary>
    public const string HandedOnBy = """
        SELECT i.hold FROM event_members m
        JOIN item_holds i ON i.item = m.item AND i.mark > 0
        JOIN holds h ON h.hold = i.hold AND h.ended = 0
        WHERE m.event = ?1 AND m.role IN (2, 3) AND EXISTS (
            SELECT 1 FROM event_members u JOIN item_holds o ON o.item = u.item AND o.hold = i.hold
            WHERE u.event = ?1 AND u.role IN (1, 4)
        )
        UNION SELECT o.hold FROM event_members u
        JOIN item_holds o ON o.item = u.item
        JOIN holds h ON h.hold = o.hold AND h.spreading > 0
        WHERE u.event = ?1 AND u.role IN (1, 4)
        """;

    public const string IsSpreading = "SELECT 1 FROM holds WHERE hold = ?1 AND spreading > 0";

    public const string SpreadHold =
        "UPDATE holds SET asked = asked + 1, spreading = asked + 1 WHERE hold = ?1 AND ended = 0";

    /// <summary>
    /// Whether a hold (1) is in force, and was not computed anew since a spread began (2: its floor).
    /// </summary>
    public const string IsInForce = "SELECT 1 FROM holds WHERE hold = ?1 AND ended = 0 AND floor = ?2";

    /// <summary>Whether a number is still an item's: one that is registered gets another.</summary>
    public const string IsItem = """
        SELECT 1 WHERE EXISTS (SELECT 1 FROM records WHERE object = ?1)
            OR EXISTS (SELECT 1 FROM unregistered WHERE number = ?1)
        """;

    public const string HoldOwn = """
        INSERT INTO item_holds (item, hold, is_own, ended, mark) VALUES (?1, ?2, 1, 0, 0) ON CONFLICT DO NOTHING
        """;

    public const string HoldItem = """
        INSERT INTO item_holds (item, hold, is_own, ended, mark) VALUES (?1, ?2, 0, 0, ?3)
        ON CONFLICT DO UPDATE SET mark = excluded.mark WHERE mark < excluded.mark
        """;

    public const string HandedOn = $"""
        SELECT h.hold, {HoldSql.HandedMark} FROM item_holds i JOIN holds h ON h.hold = i.hold
        WHERE i.item = ?1 AND h.scope = 1 AND {HoldSql.IsInForce}
        """;

    /// <summary>Whether a hold is in force that goes on to what is made from its items.</summary>
    public const string GoesOn = "SELECT 1 FROM holds WHERE scope = 1 AND ended = 0 LIMIT 1";

    /// <summary>Whether an item (1) is held, by its number or by those before it was registered.</summary>
    public const string IsHeld = $"""
        SELECT 1 FROM item_holds i JOIN holds h ON h.hold = i.hold
        WHERE i.item IN (SELECT ?1 UNION ALL {Before}) AND {HoldSql.IsInForce} LIMIT 1
        """;

    // Inputs and children.
    public const string IsUsed = "SELECT 1 FROM event_members WHERE item = ?1 AND role IN (1, 4) LIMIT 1";

    // 4, 3: child and parent.
    public const string ChildParts = """
        SELECT m.time, m.event, p.item FROM event_members m JOIN events e ON e.object = m.event
        CROSS JOIN event_members p ON p.event = m.event AND p.role = 3
        WHERE m.item = ?1 AND m.role = 4 AND e.voided = 0
        """;

    // 12, 13: what was taken out, and of what; a part that is replaced is taken out of the parent.
    public const string RemovedParts = """
        SELECT m.time, m.event, coalesce(p.item, 0) FROM event_members m JOIN events e ON e.object = m.event
        LEFT JOIN event_members p ON p.event = m.event AND p.role IN (3, 13)
        WHERE m.item = ?1 AND m.role = 12 AND e.voided = 0
        """;

    /// <summary>When all was taken out of an item.</summary>
    public const string Emptied = """
        SELECT m.time, m.event FROM event_members m JOIN events e ON e.object = m.event
        WHERE m.item = ?1 AND m.role = 13 AND e.voided = 0
            AND NOT EXISTS (SELECT 1 FROM event_members c WHERE c.event = m.event AND c.role = 12)
        """;

    /// <summary>
    /// What an event took out, and when. What was emptied was emptied of all that came in since it was last.
    /// </summary>
    public const string Freed = """
        SELECT item, time FROM event_members WHERE event = ?1 AND role = 12
        UNION SELECT c.item, m.time FROM event_members m
        CROSS JOIN event_members p ON p.item = m.item AND p.role = 3 AND p.time <= m.time AND p.time >= coalesce((
            SELECT MAX(x.time) FROM event_members x CROSS JOIN events v ON v.object = x.event AND v.voided = 0
            WHERE x.item = m.item AND x.role = 13 AND x.time < m.time
                AND NOT EXISTS (SELECT 1 FROM event_members o WHERE o.event = x.event AND o.role = 12)
        ), p.time)
        CROSS JOIN event_members c ON c.event = p.event AND c.role = 4
        WHERE m.event = ?1 AND m.role = 13
            AND NOT EXISTS (SELECT 1 FROM event_members o WHERE o.event = ?1 AND o.role = 12)
        """;

    /// <summary>The record of what events named by a number (1) before it was registered.</summary>
    public const string RecordBehind = $"""
        SELECT r.object FROM unregistered u JOIN records r ON r.lookup_key = u.key WHERE u.number = ?1
        UNION ALL SELECT b.object FROM unregistered u JOIN business_keys b
            ON b.source = {SharedEventStatements.Gs1Source} AND b.folded = u.key AND b.form = 0
        WHERE u.number = ?1
        """;

    public const string RecordItem = """
        SELECT r.lookup_key, r.template, r.status, v.state
        FROM records r JOIN versions v ON v.sequence = r.sequence
        WHERE r.object = ?1
        """;

    /// <summary>The same of many items, a JSON array of their numbers, in their order.</summary>
    public const string RecordItems = """
        SELECT i.key, r.lookup_key, r.template, r.status, v.state
        FROM json_each(?1) i
        CROSS JOIN records r ON r.object = i.value
        CROSS JOIN versions v ON v.sequence = r.sequence
        """;

    public const string UnregisteredItem = "SELECT key, text FROM unregistered WHERE number = ?1";

    public const string Find = $"{Columns} WHERE e.object = ?1";

    public const string FindByIdentity = $"{Columns} WHERE e.identity = ?1";

    /// <summary>Parts of an item (1) in a role (2), from a time, event and row on (4, 5, 6), at a number (3).</summary>
    public const string NearParts = $"""
        SELECT m.time, m.event, m.row, e.type, m.quantity, m.unit, m.position
        {PartsAt} AND (m.time, m.event, m.row) >= (?4, ?5, ?6)
        ORDER BY m.time, m.event, m.row
        """;

    /// <summary>
    /// The links of many items (1, a JSON array of their numbers) in up to three roles (3, 4, 5) that have one partner
    /// each, at a number (2). Nested loops give them in the order of the items and of the port: to ask for it would
    /// have SQLite sort them all. Almost no link has a text, which column 7 tells at once.
    /// </summary>
    public const string Links = """
        SELECT i.key, m.role, m.time, m.event, m.row, e.type, f.item,
            coalesce(m.quantity, m.unit, m.position, f.quantity, f.unit, f.position) IS NOT NULL,
            f.row, m.quantity, m.unit, f.quantity, f.unit, m.position, f.position
        FROM json_each(?1) i
        CROSS JOIN event_members m ON m.item = i.value AND m.role IN (?3, ?4, ?5)
        CROSS JOIN events e ON e.object = m.event AND e.made <= ?2 AND (e.voided = 0 OR e.voided > ?2)
        CROSS JOIN event_members f ON f.event = m.event AND f.role = CASE m.role
            WHEN 1 THEN 2 WHEN 2 THEN 1 WHEN 3 THEN 4 WHEN 4 THEN 3 WHEN 14 THEN 15 WHEN 15 THEN 14 END
        """;

    public const string FarParts = """
        SELECT row, item, quantity, unit, position FROM event_members
        WHERE event = ?1 AND role = ?2 AND row > ?3 ORDER BY row
        """;

    /// <summary>
    /// The parts of an item (1) in a role (2) at a number (3), the latest first. It has no LIMIT: SQLite looks at the
    /// value of its parameter, and so makes the statement anew each time one is bound.
    /// </summary>
    public const string LastParts = $"""
        SELECT m.time, m.event, m.row, e.type, e.made, m.quantity, m.unit, m.position
        {PartsAt} ORDER BY m.time DESC, m.event DESC, m.row DESC
        """;

    /// <summary>
    /// The quantities of an item (1) in a role (2) at a number (3) and up to a time (4), in no order: SQLite would sort
    /// them to group them.
    /// </summary>
    public const string Quantities = $"""
        SELECT m.quantity, m.unit, NULL, m.time, m.event {PartsAt} AND m.time <= ?4
        """;

    // 3, 13: parent, and what something was taken out of.
    /// <summary>The same with the template of what the item went into or came out of.</summary>
    public const string QuantitiesWithin = $"""
        SELECT m.quantity, m.unit, (
            SELECT MIN(r.template) FROM event_members p JOIN records r ON r.object = p.item
            WHERE p.event = m.event AND p.role IN (3, 13)
        ), m.time, m.event
        {PartsAt} AND m.time <= ?4
        """;

    public const string PartAt = "SELECT role, time FROM event_members WHERE event = ?1 AND row = ?2";

    public const string PartsIn = """
        SELECT row, item, quantity, unit, position FROM event_members
        WHERE event = ?1 AND role = ?2 ORDER BY row
        """;

    /// <summary>
    /// A row of role 0, which no member has, if an item (1) is held; then its roles in events that count, with their
    /// types.
    /// </summary>
    public const string SituationOf = $"""
        SELECT 0, 0 WHERE EXISTS ({IsHeld})
        UNION ALL SELECT m.role, e.type FROM event_members m JOIN events e ON e.object = m.event
        WHERE m.item = ?1 AND e.voided = 0
        """;

    // Until it is healed, an item that was registered later has its holds under the numbers that it had before.
    public const string HoldsOn = $"""
        SELECT i.hold, MAX({HoldSql.IsOwn}) FROM item_holds i JOIN holds h ON h.hold = i.hold
        WHERE i.item IN (SELECT ?1 UNION ALL {Before}) AND {HoldSql.IsInForce} GROUP BY i.hold ORDER BY i.hold
        """;

    private const string Columns = $"{EventRow.Select} {EventRow.From}";

    private const string PartsAt = """
        FROM event_members m JOIN events e ON e.object = m.event
        WHERE m.item = ?1 AND m.role = ?2 AND e.made <= ?3 AND (e.voided = 0 OR e.voided > ?3)
        """;
}
