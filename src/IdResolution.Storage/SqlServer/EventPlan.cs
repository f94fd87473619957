using IdResolution.Core.Events;

namespace IdResolution.Storage.SqlServer;

/// <summary>What a group writes about events.</summary>
internal sealed class EventPlan
{
    public List<WrittenEvent> Events { get; } = [];

    public List<WrittenMember> Members { get; } = [];

    public List<NamedItem> Unregistered { get; } = [];

    /// <summary>The numbers of items without a record that were found.</summary>
    public HashSet<long> Named { get; } = [];

    public List<(long Hold, HoldScope Scope)> HoldsAdded { get; } = [];

    public List<ItemHold> ItemHolds { get; } = [];

    public HashSet<long> Spreading { get; } = [];

    public HashSet<long> Renewed { get; } = [];

    /// <summary>The events that entries of the group void.</summary>
    public List<NumberRow> Voided { get; } = [];

    /// <summary>The holds that entries of the group end, with the last entry that does.</summary>
    public Dictionary<long, long> Ended { get; } = [];

    /// <summary>The events that are erased from, with their versions before.</summary>
    public List<NumberRow> Erased { get; } = [];

    /// <summary>The rows of members to remove, with their events.</summary>
    public List<NumberRow> RowsErased { get; } = [];

    /// <summary>True if what was found of holds must not have changed.</summary>
    public bool RestsOnHolds { get; set; }

    /// <summary>The number of changes of holds that the group knows of.</summary>
    public long HoldsCounter { get; set; }

    /// <summary>Adds the statements about rows, before the log is locked.</summary>
    public void SayRows(GroupBatch batch)
    {
        if (batch.Say(SqlServerEventStatements.LockVoided, "@voided", SqlServerEventRows.Numbers, Voided))
        {
            batch.With("@voidedCount", Voided.Count);
        }
        if (batch.Say(SqlServerEventStatements.EraseEvents, "@eventsErased", SqlServerEventRows.Numbers, Erased))
        {
            batch.With("@eventsErasedCount", Erased.Count);
        }
        batch.Say(SqlServerEventStatements.EraseRows, "@rowsErased", SqlServerEventRows.Numbers, RowsErased);
        batch.Say(SqlServerEventStatements.InsertEvents, "@events", SqlServerEventRows.Events, Events);
        batch.Say(SqlServerEventStatements.InsertMembers, "@members", SqlServerEventRows.Members, Members);
        batch.Say(
            SqlServerEventStatements.InsertUnregistered,
            "@unregistered",
            SqlServerEventRows.Unregistered,
            Unregistered
        );
        batch.Say(SqlServerEventStatements.InsertHolds, "@holdsAdded", SqlServerEventRows.Holds, HoldsAdded);
        ItemHolds.Sort((a, b) => a.Item != b.Item ? a.Item.CompareTo(b.Item) : a.Hold.CompareTo(b.Hold));
        batch.Say(SqlServerEventStatements.InsertItemHolds, "@itemHolds", SqlServerEventRows.ItemHolds, ItemHolds);
        batch.Say(SqlServerEventStatements.RenewHolds, "@renewed", SqlServerEventRows.Numbers, Rows(Renewed));
        batch.Say(SqlServerEventStatements.SpreadHolds, "@spreading", SqlServerEventRows.Numbers, Rows(Spreading));
        batch.Say(
            SqlServerEventStatements.LockEnded,
            "@ended",
            SqlServerEventRows.Numbers,
            [.. Ended.Select(e => new NumberRow(e.Value, e.Key)).OrderBy(e => e.Number)]
        );
    }

    /// <summary>Adds the checks behind the lock of the log.</summary>
    public void SayChecks(GroupBatch batch)
    {
        batch.SayIf(Unregistered.Count > 0, SqlServerEventStatements.CheckUnregistered);
        if (batch.Say(SqlServerEventStatements.CheckNamed, "@named", SqlServerEventRows.Numbers, Rows(Named)))
        {
            batch.With("@namedCount", Named.Count);
        }
        if (RestsOnHolds)
        {
            batch.Say(SqlServerEventStatements.CheckHolds).With("@holds", HoldsCounter);
        }
        batch.SayIf(
            Renewed.Count > 0 || HoldsAdded.Exists(h => h.Scope == HoldScope.MadeFrom),
            SqlServerEventStatements.CountHolds
        );
    }

    /// <summary>Adds the statements that need the numbers of the entries.</summary>
    public void SayNumbers(GroupBatch batch) =>
        batch
            .SayIf(Events.Count > 0, SqlServerEventStatements.NumberEvents)
            .SayIf(Voided.Count > 0, SqlServerEventStatements.NumberVoided)
            .SayIf(Ended.Count > 0, SqlServerEventStatements.NumberEnded);

    private static List<NumberRow> Rows(HashSet<long> numbers) => [.. numbers.Order().Select(n => new NumberRow(0, n))];
}
