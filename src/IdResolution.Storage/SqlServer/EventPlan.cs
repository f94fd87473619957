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

    /// <summary>The rows of holds on items, by item and hold.</summary>
    public Dictionary<(long Item, long Hold), HeldItem> ItemHolds { get; } = [];

    /// <summary>The holds that releases name.</summary>
    public HashSet<(long Hold, long Release)> Releases { get; } = [];

    /// <summary>The holds that correct others, which are the positions, in order.</summary>
    public List<NumberRow> HeldAgain { get; } = [];

    public HashSet<long> Spreading { get; } = [];

    /// <summary>The holds that events of the group begin, end or had handed on. They are computed anew.</summary>
    public HashSet<long> Changed { get; } = [];

    /// <summary>The events that entries of the group void.</summary>
    public List<NumberRow> Voided { get; } = [];

    /// <summary>The events that are erased from, with their versions before.</summary>
    public List<NumberRow> Erased { get; } = [];

    /// <summary>The rows of members to remove, with their events.</summary>
    public List<NumberRow> RowsErased { get; } = [];

    /// <summary>The items that writes rest on, with the numbers of the log at which they were looked at.</summary>
    public List<NumberRow> RestsOn { get; } = [];

    /// <summary>The items in which no circle was found, and the number of the log at which that was.</summary>
    public IReadOnlyCollection<long> Walked { get; set; } = [];

    /// <inheritdoc cref="Walked"/>
    public long WalkedFrom { get; set; }

    /// <summary>The items on which the holds must be those that were found.</summary>
    public HashSet<long> Watched { get; } = [];

    /// <summary>True if records may have keys of URIs, and under these holds from before.</summary>
    public bool HasGs1Keys { get; set; }

    /// <summary>The items that got holds and were made into nothing, as was found.</summary>
    public HashSet<long> Unused { get; } = [];

    /// <summary>The number of changes of holds that the group knows of.</summary>
    public long HoldsCounter { get; set; }

    /// <summary>The holds that were found, with what the group adds.</summary>
    public HeldItems Found { get; set; } = new();

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
        batch.Say(
            SqlServerEventStatements.InsertItemHolds,
            "@itemHolds",
            SqlServerEventRows.ItemHolds,
            [.. ItemHolds.Values.OrderBy(h => h.Item).ThenBy(h => h.Hold)]
        );
        batch.Say(
            SqlServerEventStatements.InsertReleases,
            "@holdReleases",
            SqlServerEventRows.Releases,
            [.. Releases.Order()]
        );
        batch.Say(SqlServerEventStatements.SpreadHolds, "@spreading", SqlServerEventRows.Numbers, Rows(Spreading));
        batch.Say(SqlServerEventStatements.LockChanged, "@changedHolds", SqlServerEventRows.Numbers, Rows(Changed));
    }

    /// <summary>Adds the checks behind the lock of the log.</summary>
    public void SayChecks(GroupBatch batch)
    {
        batch.SayIf(Unregistered.Count > 0, SqlServerEventStatements.CheckUnregistered);
        batch.SayIf(Unregistered.Exists(n => n.Member.Item.IsUri), SqlServerEventStatements.CheckUris);
        if (batch.Say(SqlServerEventStatements.CheckNamed, "@named", SqlServerEventRows.Numbers, Rows(Named)))
        {
            batch.With("@namedCount", Named.Count);
        }
        batch.Say(SqlServerEventStatements.CheckUsedSince, "@restsOn", SqlServerEventRows.Numbers, RestsOn);
        if (batch.Say(SqlServerEventStatements.CheckParents, "@walked", SqlServerEventRows.Numbers, Rows(Walked)))
        {
            batch.With("@walkedFrom", WalkedFrom);
        }
        batch.Say(SqlServerEventStatements.CheckUnused, "@unused", SqlServerEventRows.Numbers, Rows(Unused));
        // Both look at nothing where no hold changed anywhere.
        if (batch.Say(SqlServerEventStatements.CheckHolds, "@watched", SqlServerEventRows.ItemHolds, WatchedRows()))
        {
            batch.With("@holds", HoldsCounter).SayIf(HasGs1Keys, SqlServerEventStatements.CheckBefore);
        }
        if (Voided.Count > 0)
        {
            batch.Say(SqlServerEventStatements.CheckVoided).With("@holdsVoided", HoldsCounter);
        }
        batch.SayIf(Releases.Count > 0, SqlServerEventStatements.CheckHeldAgain);
        batch.Say(SqlServerEventStatements.TakeReleases, "@heldAgain", SqlServerEventRows.Numbers, HeldAgain);
        batch.SayIf(Changed.Count + ItemHolds.Count + Spreading.Count > 0, SqlServerEventStatements.CountHolds);
    }

    /// <summary>A row with hold 0 for each item, and one for each hold on it.</summary>
    private List<HeldItem> WatchedRows() =>
        [.. Watched.Order().SelectMany(item => Found.On(item).Prepend(new HeldItem(item, 0, IsOwn: false, 0)))];

    /// <summary>Adds the statements that need the numbers of the entries.</summary>
    public void SayNumbers(GroupBatch batch) =>
        batch
            .SayIf(Events.Count > 0, SqlServerEventStatements.NumberEvents)
            .SayIf(Voided.Count > 0, SqlServerEventStatements.NumberVoided)
            .SayIf(Changed.Count > 0, SqlServerEventStatements.RenewChanged);

    private static List<NumberRow> Rows(IReadOnlyCollection<long> numbers) =>
        [.. numbers.Order().Select(n => new NumberRow(0, n))];
}
