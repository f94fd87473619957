namespace IdResolution.Storage.Sql;

/// <summary>The SQL about events that both stores run unchanged (<see cref="Statements"/>).</summary>
internal static class SharedEventStatements
{
    // 5: configuration. The node has one such source.
    /// <summary>The number of the source of GS1 keys; null before the first key.</summary>
    public const string Gs1Source = "(SELECT object FROM documents WHERE kind = 5 AND code = 'source:gs1')";

    public const string Spreading = "SELECT hold FROM holds WHERE spreading > 0 ORDER BY hold";

    public const string CountInForce = "SELECT COUNT(*) FROM holds WHERE ended = 0";

    public const string CountSpreading = "SELECT COUNT(*) FROM holds WHERE spreading > 0";

    public const string FindSpread = "SELECT asked, floor FROM holds WHERE hold = @hold AND spreading > 0";

    public const string ItemsInForce =
        "SELECT item FROM item_holds WHERE hold = @hold AND is_own = 1 AND ended = 0 ORDER BY item";

    /// <summary>1 if a hold was not asked to go on since a spread began.</summary>
    public const string IsLastAsked = "SELECT COUNT(*) FROM holds WHERE hold = @hold AND asked = @asked";

    // The limit of the dialect follows.
    public const string NotReached =
        "SELECT mark, item FROM item_holds WHERE hold = @hold AND is_own = 0 AND mark < @floor ORDER BY mark, item";

    public const string DropNotReached = """
        DELETE FROM item_holds
        WHERE hold = @hold AND is_own = 0 AND (mark < @mark OR (mark = @mark AND item <= @item))
        """;

    public const string UnmarkNotReached =
        "UPDATE item_holds SET mark = 0 WHERE hold = @hold AND is_own = 1 AND mark > 0 AND mark < @floor";

    public const string EndSpread =
        "UPDATE holds SET spreading = 0 WHERE hold = @hold AND spreading > 0 AND asked = @asked";

    /// <inheritdoc cref="Statements.ReadKeys"/>
    public const string PartsOfItem =
        "SELECT role, [time], event FROM event_members WHERE item = @number ORDER BY role, [time], event, [row]";

    /// <summary>Gives the parts of an item in a role to its record, up to one.</summary>
    public const string MoveParts = """
        UPDATE event_members SET item = @record
        WHERE item = @number AND role = @role AND ([time] < @time OR ([time] = @time AND event <= @event))
        """;

    public const string OwnHolds = """
        UPDATE item_holds SET is_own = 1
        WHERE item = @record AND hold IN (SELECT hold FROM item_holds WHERE item = @number AND is_own = 1)
        """;

    public const string MarkHolds = """
        UPDATE item_holds SET mark = (
            SELECT MAX(n.mark) FROM item_holds n WHERE n.item = @number AND n.hold = item_holds.hold
        )
        WHERE item = @record AND EXISTS (
            SELECT 1 FROM item_holds n WHERE n.item = @number AND n.hold = item_holds.hold AND n.mark > item_holds.mark
        )
        """;

    public const string MoveHolds = """
        INSERT INTO item_holds (item, hold, is_own, ended, mark)
        SELECT @record, i.hold, i.is_own, i.ended, i.mark FROM item_holds i
        WHERE i.item = @number
            AND NOT EXISTS (SELECT 1 FROM item_holds o WHERE o.item = @record AND o.hold = i.hold)
        """;

    // Until they are dropped: they tell which holds are renewed.
    public const string ClearHolds = "UPDATE item_holds SET is_own = 0, mark = 0 WHERE item = @number";

    // What was made of the item under its other number may not have them, and releases may have named that number.
    public const string RenewMovedItems = $"{HoldSql.RenewItems} {MovedHolds}";

    /// <inheritdoc cref="RenewMovedItems"/>
    public const string RenewMovedHolds = $"{HoldSql.RenewHolds} {MovedHolds}";

    public const string DropHolds = "DELETE FROM item_holds WHERE item = @number";

    public const string CountHolds = "UPDATE counters SET value = value + 1 WHERE name = 'holds'";

    public const string DropUnregistered = "DELETE FROM unregistered WHERE number = @number";

    /// <summary>
    /// The beginning of a list of events by time. Conditions follow, then an order and the dialect's limit.
    /// </summary>
    public const string List = $"{EventRow.Select} {EventRow.From} WHERE e.made <= @number";

    public const string ListType = " AND e.type = @type";

    public const string ListFrom = " AND e.[time] >= @from";

    public const string ListTo = " AND e.[time] < @to";

    public const string ListAfter = " AND e.[time] >= @time AND (e.[time] > @time OR e.object > @after)";

    public const string ListBefore = " AND e.[time] <= @time AND (e.[time] < @time OR e.object < @after)";

    public const string ListOrder = " ORDER BY e.[time], e.object";

    public const string ListDescending = " ORDER BY e.[time] DESC, e.object DESC";

    // 7, 8, 11: equipment, tool and place.
    public const string ListEquipment =
        " AND EXISTS (SELECT 1 FROM event_members m WHERE m.event = e.object AND m.role IN (7, 8) AND m.item = "
        + "@machine)";

    public const string ListPlace =
        " AND EXISTS (SELECT 1 FROM event_members m WHERE m.event = e.object AND m.role = 11 AND m.item = @place)";

    /// <summary>
    /// The events in which an item has a role, from a point on. An order and the dialect's limit follow.
    /// </summary>
    public const string PartsAfter =
        "SELECT [time], event FROM event_members WHERE item = @item AND role = @role AND [time] >= @time AND "
        + "[time] < @to AND ([time] > @time OR event > @after)";

    public const string PartsBefore =
        "SELECT [time], event FROM event_members WHERE item = @item AND role = @role AND [time] <= @time AND "
        + "[time] >= @from AND ([time] < @time OR event < @after)";

    public const string PartsOrder = " ORDER BY [time], event";

    public const string PartsDescending = " ORDER BY [time] DESC, event DESC";

    private const string MovedHolds = "(SELECT hold FROM item_holds WHERE item IN (@number, @record))";
}
