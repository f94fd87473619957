using IdResolution.Core.Access;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Primitives;
using IdResolution.Core.Records;

namespace IdResolution.Core.Upstream;

/// <summary>
/// Compares the secondary node with the records here, one read for each, and then asks one of this kind what else it
/// has. Records that changed and have not gone up yet are left out. Thread-safe.
/// </summary>
public sealed class UpstreamReconciler(
    IUpstreamStore store,
    IRecordStore records,
    ILogReaderStore readers,
    UpstreamItems items,
    IUpstreamLink link,
    TimeProvider time
)
{
    private const int Page = 500;

    private static readonly Text s_lost = new("lost here by a restore, still there", "本节点恢复时丢失，上级仍存在");

    private static readonly Text s_others = new(
        "lost here by a restore; not deleted there, where others wrote it too",
        "本节点恢复时丢失；上级有其他用户写入，未予删除"
    );

    private readonly UpstreamExtras _extras = new(records, store, items, link, time);

    // Reads at once, so that a slow secondary node still answers as many a second as the rate says.
    private const int Together = 8;

    /// <summary>Compares records, and tells of each that differs.</summary>
    /// <param name="plan">Which records, how fast, and whether differences are mended.</param>
    /// <param name="found">Told of each difference and each record with values that stay here, one by one.</param>
    /// <param name="progress">Told how far it is, after each page.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="UpstreamException">The secondary node cannot be asked.</exception>
    public async Task<ReconcileProgress> RunAsync(
        ReconcilePlan plan,
        Action<UpstreamDifference> found,
        Func<ReconcileProgress, Task> progress,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(progress);
        var pace = new ReconcilePace(time, plan.PerSecond);
        var told = plan.From;
        while (true)
        {
            // Read before the records, so that all at or below it have gone up.
            var cursor = await readers.CursorAsync(UpstreamReader.ReaderName, cancellationToken);
            var page = await store.RecordsAsync(told.After, Page, cancellationToken);
            if (page.Count == 0)
            {
                return plan.Sample is null
                    ? await _extras.RunAsync(plan with { From = told }, found, progress, cancellationToken)
                    : told;
            }
            var compared = await ComparePageAsync(page, cursor, plan, found, pace, cancellationToken);
            told = told with
            {
                After = page[^1].Object,
                Read = told.Read + compared.Read,
                Differing = told.Differing + compared.Differences.Count,
                Pending = told.Pending + compared.Pending,
                Kept = told.Kept + compared.Kept,
            };
            await progress(told);
        }
    }

    /// <summary>Compares a page, tells of what differs, and has it sent again where the plan says so.</summary>
    private async Task<Compared> ComparePageAsync(
        IReadOnlyList<StoredRecord> page,
        long cursor,
        ReconcilePlan plan,
        Action<UpstreamDifference> found,
        ReconcilePace pace,
        CancellationToken cancellationToken
    )
    {
        var chosen = plan.Sample is { } sample ? page.Where(_ => Random.Shared.NextDouble() < sample) : page;
        var compared = await CompareAsync([.. chosen], cursor, pace, cancellationToken);
        foreach (var difference in compared.Differences.Concat(compared.Stays))
        {
            found(difference);
        }
        if (plan.Repairs && compared.Differences.Count > 0)
        {
            await RepairAsync(compared.Differences, cancellationToken);
        }
        return compared;
    }

    /// <summary>
    /// Asks for identifiers that a restore of this node lost, and tells of each that the secondary node still has.
    /// </summary>
    /// <param name="identifiers">The identifiers. Those registered here again are left out.</param>
    /// <param name="plan">How fast, and whether they are deleted there.</param>
    /// <param name="found">Told of each, one at a time.</param>
    /// <param name="progress">Told how far it is, after each.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="UpstreamException">The secondary node cannot be asked.</exception>
    public async Task<ReconcileProgress> CompareLostAsync(
        IEnumerable<Identifier> identifiers,
        ReconcilePlan plan,
        Action<UpstreamDifference> found,
        Action<ReconcileProgress> progress,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(identifiers);
        ArgumentNullException.ThrowIfNull(progress);
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(found);
        var pace = new ReconcilePace(time, plan.PerSecond);
        var told = plan.From;
        foreach (var identifier in identifiers.DistinctBy(i => i.Key))
        {
            if (!await IsMissingAsync(identifier, cancellationToken))
            {
                continue;
            }
            var isThere = await IsThereAsync(identifier, pace, cancellationToken);
            var stays = isThere && plan.Repairs ? await WhyLostStaysAsync(identifier, pace, cancellationToken) : null;
            if (isThere)
            {
                found(new UpstreamDifference(identifier.Text, 0, stays ?? s_lost));
            }
            told = told with
            {
                Read = told.Read + 1,
                Differing = told.Differing + (isThere ? 1 : 0),
                Stayed = told.Stayed + (stays is null ? 0 : 1),
            };
            progress(told);
        }
        return told;
    }

    /// <summary>True if an identifier goes up and is not here.</summary>
    private async ValueTask<bool> IsMissingAsync(Identifier identifier, CancellationToken cancellationToken) =>
        items.Rules.Covers(identifier.Prefix.Text)
        && (await records.FindAsync(identifier.Key, cancellationToken)).Record is null;

    private async Task<bool> IsThereAsync(
        Identifier identifier,
        ReconcilePace pace,
        CancellationToken cancellationToken
    )
    {
        var found = await pace.AskAsync(() => link.FindAsync(identifier.Text, cancellationToken), cancellationToken);
        return found is not { Item: null, Refused: null };
    }

    /// <summary>Deletes there what a restore of this node lost. Gives why it stays, or null.</summary>
    private async Task<Text?> WhyLostStaysAsync(
        Identifier identifier,
        ReconcilePace pace,
        CancellationToken cancellationToken
    )
    {
        // Only a secondary node of this kind tells who wrote it.
        var prefix = identifier.Prefix.Text;
        var count = await pace.AskAsync(() => link.CountAsync(prefix, cancellationToken), cancellationToken);
        if (
            count is not null
            && !await pace.AskAsync(() => link.IsOwnAsync(identifier.Text, cancellationToken), cancellationToken)
        )
        {
            return s_others;
        }
        return
            await _extras.RevokeAsync(identifier, cancellationToken)
                is { Outcome: UpstreamOutcome.Refused or UpstreamOutcome.Failed } answer
            ? new(
                $"lost here by a restore; not deleted there: {answer.Message}",
                $"本节点恢复时丢失，未能在上级删除：{answer.Message}"
            )
            : null;
    }

    private async Task<Compared> CompareAsync(
        IReadOnlyList<StoredRecord> page,
        long cursor,
        ReconcilePace pace,
        CancellationToken cancellationToken
    )
    {
        var all = new Compared();
        await Parallel.ForEachAsync(
            page,
            new ParallelOptions { MaxDegreeOfParallelism = Together, CancellationToken = cancellationToken },
            async (record, cancelled) =>
            {
                if (record.Sequence > cursor)
                {
                    all.AddPending();
                    return;
                }
                var change = await items.OfAsync(record.Sequence, record.Object, record.Key, record.State, cancelled);
                if (change is null)
                {
                    return;
                }
                var there = await pace.AskAsync(() => link.FindAsync(change.Identifier, cancelled), cancelled);
                var why = Difference(change, there);
                if (
                    why is not null
                    && (await records.FindAsync(record.Key, cancelled)).Record?.Sequence != record.Sequence
                )
                {
                    all.AddPending();
                    return;
                }
                all.Add(change, why);
            }
        );
        return all;
    }

    /// <summary>Has the records sent again, by the node that sends.</summary>
    private async Task RepairAsync(List<UpstreamDifference> differences, CancellationToken cancellationToken)
    {
        var due = differences.Select(d => new DeadLetter(
            UpstreamReader.ReaderName,
            d.Sequence,
            d.What.En,
            Micros.Now(time)
        ));
        await store.ChangeAsync(new LetterChange([], [.. due], []), cancellationToken);
    }

    /// <summary>How a record differs there; null if it does not.</summary>
    private static Text? Difference(UpstreamChange change, UpstreamFound found)
    {
        if (found.Refused is { } refused)
        {
            return new($"not shown: {refused}", $"未显示：{refused}");
        }
        if (change.Item is not { } item)
        {
            return found.Item is null ? null : new("revoked here, still there", "本节点已注销，上级仍存在");
        }
        if (found.Item is not { } there)
        {
            return new("missing there", "上级不存在");
        }
        if (there.TemplateVersion != item.TemplateVersion)
        {
            var other = AuditText.Of(there.TemplateVersion);
            return new($"template {other} there", $"上级的模板为 {other}");
        }
        return DifferenceOfValues(item, there);
    }

    private static Text? DifferenceOfValues(UpstreamItem item, UpstreamItem there)
    {
        var held = there.Values.ToLookup(v => v.Index, v => v.Text);
        var differing = item.Values.Where(v => (held[v.Index].FirstOrDefault() ?? "") != (v.Text ?? ""));
        var types = string.Join(", ", differing.Select(v => v.Type));
        return types.Length == 0 ? null : new($"other values: {types}", $"属性值不同：{types}");
    }

    private static UpstreamDifference StaysHere(UpstreamChange change)
    {
        var codes = string.Join(", ", change.Kept);
        var what = new Text(
            $"stays here, over {UpstreamItems.MaxText} characters: {codes}",
            $"超过 {UpstreamItems.MaxText} 个字符，仅保留在本节点：{codes}"
        );
        return new(change.Identifier, change.Sequence, what) { IsKept = true };
    }

    /// <summary>What a page had.</summary>
    private sealed class Compared
    {
        private readonly Lock _lock = new();

        public List<UpstreamDifference> Differences { get; } = [];

        /// <summary>Records with values that are too long to go up.</summary>
        public List<UpstreamDifference> Stays { get; } = [];

        public long Read { get; private set; }

        public long Pending { get; private set; }

        public long Kept { get; private set; }

        public void AddPending()
        {
            lock (_lock)
            {
                Pending++;
            }
        }

        public void Add(UpstreamChange change, Text? why)
        {
            lock (_lock)
            {
                Read++;
                Kept += change.Kept.Count;
                if (change.Kept.Count > 0)
                {
                    Stays.Add(StaysHere(change));
                }
                if (why is { } what)
                {
                    Differences.Add(new UpstreamDifference(change.Identifier, change.Sequence, what));
                }
            }
        }
    }
}
