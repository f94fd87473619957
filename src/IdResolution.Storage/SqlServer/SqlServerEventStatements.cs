using IdResolution.Storage.Sql;

namespace IdResolution.Storage.SqlServer;

/// <summary>The SQL about events that only SQL Server uses (<see cref="SqlServerStatements"/>).</summary>
internal static class SqlServerEventStatements
{
    // Read first: what is found afterwards is at least as new.
    public const string LookUpHead = """
        SELECT COALESCE(MAX(value), 0) FROM counters WHERE name = N'log';

        """;

    // Read before the holds: these are at least as new.
    public const string LookUpHoldsCounter = """
        SELECT value FROM counters WHERE name = N'holds';

        """;

    public const string LookUpIdentities = """
        SELECT e.[identity], e.object, e.made, e.digest
        FROM @identities k
        CROSS APPLY (SELECT TOP (1) [identity], object, made, digest FROM events WHERE [identity] = k.value) e;

        """;

    public const string LookUpCorrected = """
        SELECT e.object, e.type, e.voided, v.object
        FROM @voided k
        JOIN events e ON e.object = k.number
        LEFT JOIN versions v ON v.sequence = e.voided;

        """;

    /// <summary>The holds that releases name, of the events to correct.</summary>
    public const string LookUpNamed = """
        SELECT k.number, h.hold, h.scope
        FROM @voided k
        JOIN hold_releases x ON x.release = k.number
        JOIN holds h ON h.hold = x.hold;

        """;

    public const string LookUpReleased = $"""
        SELECT k.number, h.hold, h.scope {Released};

        """;

    public const string LookUpHandedOn = $"""
        SELECT k.number, h.hold, h.scope {HandedOn};

        """;

    public const string LookUpSpreading = $"""
        SELECT k.number, h.hold, h.scope {BeingSpread};

        """;

    /// <summary>The holds that releases end.</summary>
    public const string LookUpScopes = """
        SELECT h.hold, h.scope FROM @ends k JOIN holds h ON h.hold = k.number;

        """;

    /// <summary>The holds that correct holds.</summary>
    public const string LookUpHeldAgain = """
        SELECT k.number, h.hold, h.scope FROM @ended k
        JOIN events e ON e.object = k.number
        JOIN versions v ON v.sequence = e.voided
        JOIN holds h ON h.hold = v.object;

        """;

    public const string LookUpItems = """
        SELECT k.position, r.object
        FROM @items k
        CROSS APPLY (SELECT TOP (1) object FROM records WHERE lookup_key = k.value) r;

        """;

    public const string LookUpGs1Source = """
        SELECT object FROM documents WHERE kind = 5 AND code = N'source:gs1';

        """;

    /// <summary>The records that are registered with the GS1 keys of URIs.</summary>
    public const string LookUpUris = $"""
        SELECT k.position, r.object, r.template
        FROM @items k
        CROSS APPLY (
            SELECT TOP (1) object FROM business_keys
            WHERE source = {SharedEventStatements.Gs1Source} AND folded = k.value AND form = 0
        ) b
        JOIN records r ON r.object = b.object;

        """;

    public const string LookUpTemplates = """
        SELECT k.position, r.object, r.template
        FROM @items k
        CROSS APPLY (SELECT TOP (1) object, template FROM records WHERE lookup_key = k.value) r;

        """;

    public const string LookUpUnregistered = """
        SELECT k.position, u.number
        FROM @items k
        CROSS APPLY (SELECT TOP (1) number FROM unregistered WHERE [key] = k.value) u;

        """;

    /// <summary>The numbers under which events named records before they were registered.</summary>
    public const string LookUpBefore = $"""
        SELECT k.number, u.number FROM @held k {NamedBefore};

        """;

    /// <inheritdoc cref="LookUpBefore"/>
    public const string LookUpBeforeByUri = $"""
        SELECT k.number, u.number FROM @held k {NamedBeforeByUri};

        """;

    /// <summary>The holds on items under these numbers.</summary>
    public const string LookUpHoldsBefore = $"""
        SELECT i.item, i.hold, {HoldSql.IsOwn}, h.scope, {HoldSql.HandedMark}
        FROM @held k
        {NamedBefore}
        {Held};

        """;

    /// <inheritdoc cref="LookUpHoldsBefore"/>
    public const string LookUpHoldsBeforeByUri = $"""
        SELECT i.item, i.hold, {HoldSql.IsOwn}, h.scope, {HoldSql.HandedMark}
        FROM @held k
        {NamedBeforeByUri}
        {Held};

        """;

    public const string LookUpHolds = $"""
        SELECT i.item, i.hold, {HoldSql.IsOwn}, h.scope, {HoldSql.HandedMark}
        FROM @held k
        JOIN item_holds i ON i.item = k.number
        JOIN holds h ON h.hold = i.hold
        WHERE {HoldSql.IsInForce};

        """;

    // 1, 4: inputs and children.
    public const string LookUpUsed = """
        SELECT k.number
        FROM @made k
        WHERE EXISTS (SELECT 1 FROM event_members m WHERE m.item = k.number AND m.role IN (1, 4));

        """;

    // 1, 4, 12: inputs, children, and what was taken out. position: the number of the log.
    /// <summary>The items that were used, put into something or taken out since a number of the log.</summary>
    public const string LookUpUsedSince = """
        SELECT k.position, k.number FROM @restsOn k
        WHERE EXISTS (
            SELECT 1 FROM versions v JOIN events e ON e.object = v.object
            JOIN event_members m ON (m.event = e.object OR m.event = e.voids) AND m.role IN (1, 4, 12)
            WHERE v.sequence > k.position AND m.item = k.number
        );

        """;

    // 4, 3: child and parent; 12, 13: what was taken out, and of what. position: the time from which on it counts.
    public const string LookUpParents = """
        SELECT m.item, m.event, m.[time], p.item
        FROM @walked k
        JOIN event_members m ON m.item = k.number AND m.role = 4
        JOIN events e ON e.object = m.event AND e.voided = 0
        JOIN event_members p ON p.event = m.event AND p.role = 3
        WHERE NOT EXISTS (
            SELECT 1 FROM event_members r JOIN events f ON f.object = r.event AND f.voided = 0
            LEFT JOIN event_members q ON q.event = r.event AND q.role IN (3, 13)
            WHERE r.item = m.item AND r.role = 12 AND r.[time] <= k.position
                AND (r.[time] > m.[time] OR (r.[time] = m.[time] AND r.event > m.event))
                AND (q.item IS NULL OR q.item = p.item)
        );

        """;

    // 12, 13: what was taken out, and of what; a part that is replaced is taken out of the parent.
    public const string LookUpRemoved = """
        SELECT m.item, m.event, m.[time], COALESCE(p.item, 0)
        FROM @walked k
        JOIN event_members m ON m.item = k.number AND m.role = 12
        JOIN events e ON e.object = m.event AND e.voided = 0
        LEFT JOIN event_members p ON p.event = m.event AND p.role IN (3, 13);

        """;

    public const string LookUpEmptied = """
        SELECT m.item, m.event, m.[time]
        FROM @walked k
        JOIN event_members m ON m.item = k.number AND m.role = 13
        JOIN events e ON e.object = m.event AND e.voided = 0
        WHERE NOT EXISTS (SELECT 1 FROM event_members c WHERE c.event = m.event AND c.role = 12);

        """;

    public const string LookUpKeysOfRecords = """
        SELECT k.number, r.lookup_key FROM @walked k JOIN records r ON r.object = k.number;

        """;

    public const string LookUpKeysOfUnregistered = """
        SELECT k.number, u.[key] FROM @walked k JOIN unregistered u ON u.number = k.number;

        """;

    /// <summary>What events took out, and when.</summary>
    public const string LookUpFreed = """
        SELECT k.number, m.item, m.[time]
        FROM @voided k
        JOIN event_members m ON m.event = k.number AND m.role = 12;

        """;

    /// <summary>
    /// What was ever in what events emptied. An emptying before is no bound: it may be voided in the same moment.
    /// </summary>
    public const string LookUpFreedByEmptying = """
        SELECT k.number, c.item, m.[time]
        FROM @voided k
        JOIN event_members m ON m.event = k.number AND m.role = 13
        JOIN event_members p ON p.item = m.item AND p.role = 3 AND p.[time] <= m.[time]
        JOIN event_members c ON c.event = p.event AND c.role = 4
        WHERE NOT EXISTS (SELECT 1 FROM event_members o WHERE o.event = k.number AND o.role = 12);

        """;

    /// <inheritdoc cref="LookUpBefore"/>
    public const string LookUpWalkedBefore = $"""
        SELECT k.number, u.number FROM @walked k {NamedBefore};

        """;

    /// <inheritdoc cref="LookUpBefore"/>
    public const string LookUpWalkedBeforeByUri = $"""
        SELECT k.number, u.number FROM @walked k {NamedBeforeByUri};

        """;

    /// <summary>The records of what events named before these were registered.</summary>
    public const string LookUpRecordsBehind = """
        SELECT r.object, k.number
        FROM @walked k
        JOIN unregistered u ON u.number = k.number
        JOIN records r ON r.lookup_key = u.[key];

        """;

    /// <inheritdoc cref="LookUpRecordsBehind"/>
    public const string LookUpRecordsBehindUris = $"""
        SELECT b.object, k.number
        FROM @walked k
        JOIN unregistered u ON u.number = k.number
        JOIN business_keys b ON b.source = {SharedEventStatements.Gs1Source} AND b.folded = u.[key] AND b.form = 0;

        """;

    public const string LookUpStates = """
        SELECT v.object, v.sequence, v.state FROM @erasedEvents k
        JOIN events e ON e.object = k.number
        JOIN versions v ON v.object = e.object;

        """;

    // position: the version before.
    public const string EraseEvents = $"""
        UPDATE e SET version = n.position + 1 FROM events e JOIN @eventsErased n ON n.number = e.object
        WHERE e.version = n.position {BySeek};
        IF @@ROWCOUNT <> @eventsErasedCount THROW 50001, N'Events were erased from meanwhile.', 1;

        """;

    // A text that no other event names goes with the row. position: the row.
    public const string EraseRows = $"""
        DELETE u FROM unregistered u
        JOIN event_members m ON m.item = u.number
        JOIN @rowsErased n ON n.number = m.event AND n.position = m.[row]
        WHERE NOT EXISTS (
            SELECT 1 FROM event_members o WHERE o.item = u.number
                AND NOT EXISTS (SELECT 1 FROM @rowsErased x WHERE x.number = o.event AND x.position = o.[row])
        ) {BySeek};
        DELETE m FROM event_members m
        JOIN @rowsErased n ON n.number = m.event AND n.position = m.[row] {BySeek};

        """;

    // Locks the rows that are numbered behind the lock of the log. If one was voided since, another node was faster.
    public const string LockVoided = $"""
        UPDATE e SET voided = 0 FROM events e JOIN @voided n ON n.number = e.object WHERE e.voided = 0 {BySeek};
        IF @@ROWCOUNT <> @voidedCount THROW 50001, N'Events were corrected meanwhile.', 1;

        """;

    public const string InsertEvents = """
        INSERT INTO events (object, type, [time], made, voided, version, [identity], digest, voids)
        SELECT object, type, [time], 0, 0, 1, [identity], digest, voids FROM @events;

        """;

    public const string InsertMembers = """
        INSERT INTO event_members (event, role, [row], item, [time], quantity, unit, position)
        SELECT event, role, [row], item, [time], quantity, unit, position FROM @members;

        """;

    public const string InsertUnregistered = """
        INSERT INTO unregistered (number, [key], [text]) SELECT number, [key], [text] FROM @unregistered;

        """;

    public const string InsertHolds = """
        INSERT INTO holds (hold, scope, ended, asked, spreading, floor) SELECT hold, scope, 0, 0, 0, 0 FROM @holdsAdded;

        """;

    public const string InsertItemHolds = $"""
        UPDATE i SET mark = n.mark FROM item_holds i JOIN @itemHolds n ON n.item = i.item AND n.hold = i.hold
        WHERE i.mark < n.mark {BySeek};
        INSERT INTO item_holds (item, hold, is_own, ended, mark)
        SELECT n.item, n.hold, n.is_own, 0, n.mark FROM @itemHolds n
        WHERE NOT EXISTS (SELECT 1 FROM item_holds i WHERE i.item = n.item AND i.hold = n.hold);

        """;

    public const string InsertReleases = """
        INSERT INTO hold_releases (hold, release) SELECT hold, release FROM @holdReleases;

        """;

    public const string SpreadHolds = $"""
        UPDATE h SET asked = h.asked + 1, spreading = h.asked + 1 FROM holds h JOIN @spreading n ON n.number = h.hold
        WHERE h.ended = 0 {BySeek};

        """;

    // Locks the rows that are renewed behind the lock of the log.
    public const string LockChanged = $"""
        UPDATE h SET asked = h.asked FROM holds h JOIN @changedHolds n ON n.number = h.hold {BySeek};
        UPDATE i SET ended = i.ended FROM item_holds i JOIN @changedHolds n ON n.number = i.hold
        WHERE i.is_own = 1 {BySeek};

        """;

    // Needs the numbers of the entries.
    public const string RenewChanged = $"""
        {HoldSql.RenewItems} (SELECT number FROM @changedHolds) {BySeek};
        {HoldSql.RenewHolds} (SELECT number FROM @changedHolds) {BySeek};

        """;

    // Behind the lock of the log. The healer holds that lock too.
    public const string CheckUnregistered = """
        IF EXISTS (
            SELECT 1 FROM @unregistered n
            CROSS APPLY (SELECT TOP (1) object FROM records WHERE lookup_key = n.[key]) r
        ) THROW 50001, N'Items were registered meanwhile.', 1;

        """;

    /// <inheritdoc cref="CheckUnregistered"/>
    public const string CheckUris = $"""
        IF EXISTS (
            SELECT 1 FROM @unregistered n
            CROSS APPLY (
                SELECT TOP (1) object FROM business_keys
                WHERE source = {SharedEventStatements.Gs1Source} AND folded = n.[key] AND form = 0
            ) b
        ) THROW 50001, N'Items were registered meanwhile.', 1;

        """;

    /// <inheritdoc cref="CheckUnregistered"/>
    public const string CheckNamed = $"""
        IF (
            SELECT COUNT(*) FROM @named n JOIN unregistered u ON u.number = n.number
            WHERE NOT EXISTS (SELECT 1 FROM records r WHERE r.lookup_key = u.[key] AND r.sequence > 0)
        ) <> @namedCount OR EXISTS (
            SELECT 1 FROM @named n
            JOIN unregistered u ON u.number = n.number
            JOIN business_keys b ON b.source = {SharedEventStatements.Gs1Source} AND b.folded = u.[key] AND b.form = 0
        ) THROW 50001, N'Items were registered meanwhile.', 1;

        """;

    /// <inheritdoc cref="CheckUnregistered"/>
    public const string CheckUsedSince = """
        IF EXISTS (
            SELECT 1 FROM @restsOn k
            JOIN versions v ON v.sequence > k.position
            JOIN events e ON e.object = v.object
            JOIN event_members m ON (m.event = e.object OR m.event = e.voids) AND m.role IN (1, 4, 12)
                AND m.item = k.number
        ) THROW 50001, N'Items were used meanwhile.', 1;

        """;

    /// <summary>
    /// Nothing that was walked to was put into something since, nor was taking it out taken back: two nodes do not each
    /// write a half of a circle.
    /// </summary>
    public const string CheckParents = """
        IF EXISTS (
            SELECT 1 FROM versions v
            JOIN events e ON e.object = v.object
            JOIN event_members m ON (m.event = e.object OR m.event = e.voids) AND m.role IN (4, 12, 13)
            JOIN @walked k ON k.number = m.item
            WHERE v.sequence > @walkedFrom
        ) THROW 50001, N'Parents of items changed meanwhile.', 1;

        """;

    /// <summary>
    /// The holds on items are those that were found, which stand in rows behind one with hold 0 for each item. Most
    /// groups see by the counter that no hold changed at all.
    /// </summary>
    public const string CheckHolds = $"""
        IF {Counter} <> @holds IF EXISTS (
            SELECT 1 FROM @watched k JOIN item_holds i ON i.item = k.item JOIN holds h ON h.hold = i.hold
            WHERE k.hold = 0 AND {HoldSql.IsInForce} AND NOT EXISTS (
                SELECT 1 FROM @watched f WHERE f.item = i.item AND f.hold = i.hold
                    AND f.is_own >= {HoldSql.IsOwn} AND f.mark >= {HoldSql.HandedMark}
            )
        ) OR EXISTS (
            SELECT 1 FROM @watched f WHERE f.hold > 0 AND NOT EXISTS (
                SELECT 1 FROM item_holds i JOIN holds h ON h.hold = i.hold
                WHERE i.item = f.item AND i.hold = f.hold AND {HoldSql.IsInForce}
            )
        ) THROW 50001, N'Items were held or released meanwhile.', 1;

        """;

    /// <summary>No record that was looked at got a key of a URI meanwhile, and with it the holds of that.</summary>
    public const string CheckBefore = $"""
        IF EXISTS (
            SELECT 1 FROM @watched k
            JOIN business_keys b ON b.object = k.item AND b.form = 0 AND b.source = {SharedEventStatements.Gs1Source}
            JOIN unregistered u ON u.[key] = b.folded
            WHERE k.hold = 0 AND NOT EXISTS (SELECT 1 FROM @watched f WHERE f.item = u.number AND f.hold = 0)
        ) THROW 50001, N'Items got keys meanwhile.', 1;

        """;

    /// <inheritdoc cref="CheckUnregistered"/>
    public const string CheckHeldAgain = """
        IF EXISTS (
            SELECT 1 FROM @holdReleases x
            JOIN events e ON e.object = x.hold
            JOIN versions v ON v.sequence = e.voided
            JOIN holds h ON h.hold = v.object
            WHERE NOT EXISTS (SELECT 1 FROM @holdReleases o WHERE o.hold = h.hold AND o.release = x.release)
        ) THROW 50001, N'Holds were corrected meanwhile.', 1;

        """;

    /// <summary>
    /// Has holds that correct others take their releases over. Behind the lock of the log. position: the one corrected.
    /// </summary>
    public const string TakeReleases = """
        INSERT INTO hold_releases (hold, release) SELECT n.number, x.release
        FROM @heldAgain n JOIN hold_releases x ON x.hold = n.position
        WHERE NOT EXISTS (SELECT 1 FROM hold_releases o WHERE o.hold = n.number AND o.release = x.release);

        """;

    /// <summary>What corrected events released or handed on is what was found.</summary>
    public const string CheckVoided = $"""
        IF {Counter} <> @holdsVoided IF EXISTS (SELECT 1 {Released} AND {NotChanged})
            OR EXISTS (SELECT 1 {HandedOn} AND {NotChanged}) OR EXISTS (SELECT 1 {BeingSpread} AND {NotChanged})
            THROW 50001, N'What corrected events handed on was held or released meanwhile.', 1;

        """;

    // 1, 4: inputs and children.
    /// <summary>What got holds was not used meanwhile by others, to whose outputs they would have to go on.</summary>
    public const string CheckUnused = """
        IF EXISTS (
            SELECT 1 FROM @unused k JOIN event_members m ON m.item = k.number AND m.role IN (1, 4)
            WHERE NOT EXISTS (SELECT 1 FROM @events n WHERE n.object = m.event)
        ) THROW 50001, N'Items were used meanwhile.', 1;

        """;

    public const string CountHolds = """
        UPDATE counters SET value = value + 1 WHERE name = N'holds';

        """;

    public const string NumberEvents = $"""
        UPDATE e SET made = @head + n.position FROM events e JOIN @entries n ON n.object = e.object {BySeek};

        """;

    public const string NumberVoided = $"""
        UPDATE e SET voided = @head + n.position FROM events e JOIN @voided n ON n.number = e.object {BySeek};

        """;

    public const string Find = $"{EventRow.Select} {EventRow.From} WHERE e.object = @object;";

    public const string FindByIdentities = $"""
        SELECT k.position, f.object, f.type, f.[time], f.made, f.voided, f.version, f.digest, l.body, v.state
        FROM @identities k
        CROSS APPLY (SELECT TOP (1) object, type, [time], made, voided, version, digest FROM events
            WHERE [identity] = k.value) f
        JOIN change_log l ON l.sequence = f.made
        JOIN versions v ON v.object = f.object AND v.version = f.version;
        """;

    public const string RecordsOf = """
        SELECT k.position, r.object, r.lookup_key, r.template, r.status, v.state
        FROM @numbers k JOIN records r ON r.object = k.number JOIN versions v ON v.sequence = r.sequence;

        """;

    public const string UnregisteredOf =
        "SELECT k.position, u.number, u.[key], u.[text] FROM @numbers k JOIN unregistered u ON u.number = k.number;";

    public const string NearPart = "SELECT role, [time] FROM event_members WHERE event = @event AND [row] = @near;\n";

    public const string FarPart = "SELECT role, [time] FROM event_members WHERE event = @event AND [row] = @far;";

    public const string Links = $"{LinksAt}{LinksOrder}";

    // After the link at which the page before ended, which is one of the first item.
    public const string LinksAfter = $"""
        {LinksAt} AND (k.position > @first OR m.role > @nearRole OR (m.role = @nearRole AND (m.[time] > @time
            OR (m.[time] = @time AND (m.event > @event OR (m.event = @event AND (m.[row] > @near OR (m.[row] = @near
            AND (f.role > @farRole OR (f.role = @farRole AND f.[row] > @far))))))))))
        {LinksOrder}
        """;

    public const string LastParts = """
        SELECT TOP (@limit) m.event, e.made, e.type, m.[time], m.quantity, m.unit, m.position
        FROM event_members m JOIN events e ON e.object = m.event
        WHERE m.item = @item AND m.role = @role AND e.made <= @number AND (e.voided = 0 OR e.voided > @number)
        ORDER BY m.[time] DESC, m.event DESC, m.[row] DESC;
        """;

    public const string RolesOf = """
        SELECT TOP (@limit) m.role, e.type FROM event_members m JOIN events e ON e.object = m.event
        WHERE m.item = @item AND e.voided = 0;
        """;

    // 4, 12: child, and what was taken out; 3, 13: parent, and what something was taken out of.
    /// <summary>The quantities of an item in several roles, how often each is said, and when first.</summary>
    public const string Quantities = """
        WITH q (role, quantity, unit, [time], event, template) AS (
            SELECT m.role, m.quantity, m.unit, m.[time], m.event, (
                SELECT MIN(r.template) FROM event_members p JOIN records r ON r.object = p.item
                WHERE p.event = m.event AND p.role IN (3, 13) AND m.role IN (4, 12)
            )
            FROM @roles k JOIN event_members m ON m.item = @item AND m.role = k.number
            JOIN events e ON e.object = m.event
            WHERE m.[time] <= @until AND e.made <= @number AND (e.voided = 0 OR e.voided > @number)
        )
        SELECT q.role, q.quantity, q.unit, q.template, COUNT(*), MIN(q.[time]), MIN(q.event)
        FROM q GROUP BY q.role, q.quantity, q.unit, q.template;
        """;

    /// <summary>As <see cref="LastParts"/>, of many items in several roles.</summary>
    public const string PartsOf = """
        SELECT TOP (@limit) m.event, e.made, e.type, m.[time], m.quantity, m.unit, m.position, k.position, m.role
        FROM @numbers k JOIN event_members m ON m.item = k.number
        JOIN @roles r ON r.number = m.role
        JOIN events e ON e.object = m.event
        WHERE e.made <= @number AND (e.voided = 0 OR e.voided > @number)
        ORDER BY k.position;
        """;

    public const string FindAll =
        $"{EventRow.Select}, k.position {EventRow.From} JOIN @numbers k ON k.number = e.object;";

    public const string MembersOf = """
        SELECT m.event, m.[row], m.role, m.item, m.quantity, m.unit, m.position
        FROM @numbers k JOIN event_members m ON m.event = k.number
        JOIN @roles r ON r.number = m.role
        ORDER BY k.position, m.[row];
        """;

    public const string HoldsOf = $"""
        SELECT k.position, k.number, i.hold, {HoldSql.IsOwn}
        FROM @numbers k JOIN item_holds i ON i.item = k.number JOIN holds h ON h.hold = i.hold
        WHERE {HoldSql.IsInForce};

        """;

    // Until it is healed, an item that was registered later has its holds under the numbers that it had before.
    public const string HoldsBefore = $"""
        SELECT k.position, k.number, i.hold, {HoldSql.IsOwn}
        FROM @numbers k
        {NamedBefore}
        {Held};

        """;

    /// <inheritdoc cref="HoldsBefore"/>
    public const string HoldsBeforeByUri = $"""
        SELECT k.position, k.number, i.hold, {HoldSql.IsOwn}
        FROM @numbers k
        {NamedBeforeByUri}
        {Held};
        """;

    /// <summary>The numbers under which events named records before they were registered.</summary>
    public const string Before = $"""
        SELECT k.number, u.number FROM @numbers k {NamedBefore};

        """;

    /// <inheritdoc cref="Before"/>
    public const string BeforeByUri = $"SELECT k.number, u.number FROM @numbers k {NamedBeforeByUri};";

    /// <summary>
    /// Puts a hold on items, and answers which of them a spread had not reached. A hold that was computed anew since
    /// the spread began is put on nothing, and one that came to a number that is no item's any more goes on anew.
    /// Behind the lock of the log it looks again, since the hold is computed and items are healed behind that lock.
    /// </summary>
    public const string Spread = $"""
        {SqlServerStatements.BeginGroup}DECLARE @inForce bigint;
        DECLARE @healed bigint;
        SELECT @inForce = COUNT(*) FROM {HoldInForce};
        SELECT @healed = COUNT(*) FROM {NoItems};
        SELECT k.number FROM @numbers k WHERE @inForce > 0 AND {IsItem}
            AND NOT EXISTS (
                SELECT 1 FROM item_holds i WHERE i.item = k.number AND i.hold = @hold AND i.mark >= @floor
            );
        UPDATE i SET mark = @floor FROM item_holds i JOIN @numbers k ON k.number = i.item
        WHERE i.hold = @hold AND i.mark < @floor AND @inForce > 0 {BySeek};
        INSERT INTO item_holds (item, hold, is_own, ended, mark) SELECT k.number, @hold, 0, 0, @floor FROM @numbers k
        WHERE @inForce > 0 AND {IsItem}
            AND NOT EXISTS (SELECT 1 FROM item_holds i WHERE i.item = k.number AND i.hold = @hold);
        UPDATE holds SET asked = asked + 1, spreading = asked + 1
        WHERE hold = @hold AND @inForce > 0 AND @healed > 0;
        {SqlServerStatements.LockLog}{SqlServerStatements.CheckStore}IF (SELECT COUNT(*) FROM {HoldInForce}) <> @inForce
            THROW 50001, N'The hold was changed meanwhile.', 1;
        IF (SELECT COUNT(*) FROM {NoItems}) <> @healed
            THROW 50001, N'Items were registered meanwhile.', 1;
        {CountHolds}COMMIT TRANSACTION;
        """;

    private const string NamedBefore = """
        JOIN records r ON r.object = k.number
        JOIN unregistered u ON u.[key] = r.lookup_key
        """;

    private const string NamedBeforeByUri = $"""
        JOIN business_keys b ON b.object = k.number AND b.form = 0 AND b.source = {SharedEventStatements.Gs1Source}
        JOIN unregistered u ON u.[key] = b.folded
        """;

    private const string Held = $"""
        JOIN item_holds i ON i.item = u.number
        JOIN holds h ON h.hold = i.hold
        WHERE {HoldSql.IsInForce}
        """;

    private const string Counter = "(SELECT COALESCE(MAX(value), 0) FROM counters WHERE name = N'holds')";

    private const string NotChanged = "h.hold NOT IN (SELECT number FROM @changedHolds)";

    // 13: release. 5: its items.
    private const string Released = """
        FROM @voided k
        JOIN events e ON e.object = k.number AND e.type = 13
        JOIN event_members m ON m.event = e.object AND m.role = 5
        JOIN item_holds i ON i.item = m.item
        JOIN holds h ON h.hold = i.hold
        WHERE i.is_own = 1
        """;

    // 1, 4: inputs and children. 2, 3: outputs and parents.
    /// <summary>The holds in force that the events to correct handed on.</summary>
    private const string HandedOn = """
        FROM @voided k
        JOIN event_members m ON m.event = k.number AND m.role IN (2, 3)
        JOIN item_holds i ON i.item = m.item AND i.mark > 0
        JOIN holds h ON h.hold = i.hold AND h.ended = 0
        WHERE EXISTS (
            SELECT 1 FROM event_members u JOIN item_holds o ON o.item = u.item AND o.hold = i.hold
            WHERE u.event = k.number AND u.role IN (1, 4)
        )
        """;

    /// <summary>The holds that a spread may be about to hand on by the events to correct.</summary>
    private const string BeingSpread = """
        FROM @voided k
        JOIN event_members u ON u.event = k.number AND u.role IN (1, 4)
        JOIN item_holds o ON o.item = u.item
        JOIN holds h ON h.hold = o.hold
        WHERE h.spreading > 0
        """;

    private const string HoldInForce = "holds h WHERE h.hold = @hold AND h.ended = 0 AND h.floor = @floor";

    private const string NoItems = $"@numbers k WHERE NOT {IsItem}";

    private const string IsItem =
        "(EXISTS (SELECT 1 FROM records r WHERE r.object = k.number) "
        + "OR EXISTS (SELECT 1 FROM unregistered u WHERE u.number = k.number))";

    private const string LinksAt = """
        SELECT TOP (@limit) k.position, k.number, m.role, m.[time], m.event, m.[row], m.quantity, m.unit, m.position,
            e.type, s.kind, f.role, f.[row], f.item, f.quantity, f.unit, f.position
        FROM @numbers k
        JOIN event_members m ON m.item = k.number
        JOIN @steps s ON s.near = m.role
        JOIN events e ON e.object = m.event
        JOIN event_members f ON f.event = m.event AND f.role = s.far
        WHERE e.made <= @number AND (e.voided = 0 OR e.voided > @number) AND (s.type = 0 OR s.type = e.type)
        """;

    private const string LinksOrder = " ORDER BY k.position, m.role, m.[time], m.event, m.[row], f.role, f.[row];";

    private const string BySeek = "OPTION (LOOP JOIN)";
}
