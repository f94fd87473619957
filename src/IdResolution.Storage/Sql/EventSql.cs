namespace IdResolution.Storage.Sql;

/// <summary>The SQL about events that both stores run unchanged (<see cref="Statements"/>).</summary>
internal static class EventSql
{
    public const string Spreading = "SELECT hold FROM holds WHERE is_spreading = 1 ORDER BY hold";

    public const string EndSpread = "UPDATE holds SET is_spreading = 0 WHERE hold = @hold";

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

    /// <summary>An event by its object number, under the conditions of a list.</summary>
    public const string ListOne = " AND e.object = @event";

    /// <summary>Whether an item has one of two roles in an event; 0 for any.</summary>
    public const string Has =
        "SELECT COUNT(*) FROM event_members WHERE event = @event AND item = @item AND (@one = 0 OR role = @one OR role "
        + "= @other)";

    /// <summary>
    /// The events in which an item has a role, from a point on. An order and the dialect's limit follow.
    /// </summary>
    public const string PartsAfter =
        "SELECT DISTINCT [time], event FROM event_members WHERE item = @item AND role = @role AND [time] >= @time AND "
        + "[time] < @to AND ([time] > @time OR event > @after)";

    public const string PartsBefore =
        "SELECT DISTINCT [time], event FROM event_members WHERE item = @item AND role = @role AND [time] <= @time AND "
        + "[time] >= @from AND ([time] < @time OR event < @after)";

    public const string PartsOrder = " ORDER BY [time], event";

    public const string PartsDescending = " ORDER BY [time] DESC, event DESC";
}
