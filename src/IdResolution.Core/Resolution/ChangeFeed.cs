using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Coherence;
using IdResolution.Core.Errors;
using IdResolution.Core.Events;
using IdResolution.Core.Primitives;
using IdResolution.Core.Records;
using IdResolution.Core.Views;

namespace IdResolution.Core.Resolution;

/// <summary>Shows the change log to callers. Needs role partner or higher. Thread-safe.</summary>
public sealed class ChangeFeed(
    IChangeLog log,
    LogFollower tail,
    CatalogHolder catalog,
    EventIds ids,
    RecordSight sight,
    TimeProvider time
)
{
    // A partner's page is filled from so many pages of the log.
    private const int MostLooks = 20;
    private const int LookSize = 1_000;

    /// <summary>The cursor of the last entry.</summary>
    public async ValueTask<Result<LogCursor>> HeadAsync(Caller caller, CancellationToken cancellationToken) =>
        Require(caller) is { } refused
            ? refused
            : new LogCursor(catalog.Current.Log?.Name.Number, await log.HeadAsync(cancellationToken));

    /// <summary>
    /// Reads the entries after a cursor. Only administrators see entries about documents, readers and up those about
    /// events, a caller who is bound to a prefix only records below it, and one tied to a partner those that it sees;
    /// but the cursor of the answer moves past the others for everyone.
    /// <see cref="ErrorCode.LogRestarted"/> if the cursor is of another log or beyond the head.
    /// </summary>
    /// <param name="after">The cursor of the last entry read.</param>
    /// <param name="limit">The greatest number of entries to read, 1 or more.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    public async ValueTask<Result<ChangePage>> ReadAsync(
        LogCursor after,
        int limit,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        if (Require(caller) is { } refused)
        {
            return refused;
        }
        var known = catalog.Current;
        if (known.Log is { } current)
        {
            // The tail knows the head well enough, unless another node is ahead.
            var head = tail.Head >= after.Sequence ? tail.Head : await log.HeadAsync(cancellationToken);
            if (!current.After(after, head).TryGet(out _, out var restarted))
            {
                // Nobody knows yet where a follower goes on.
                return tail.IsRestored ? LogErrors.StoreRestored() : sight.Told(restarted, current, after, caller);
            }
        }
        if (caller.Partner is not null)
        {
            return await ReadSeenAsync(after, limit, known, caller, cancellationToken);
        }
        var changes = await log.ReadAsync(after.Sequence, limit, cancellationToken);
        var shown = new List<ShownChange>(changes.Count);
        foreach (var change in changes)
        {
            if (IsShown(change, caller))
            {
                shown.Add(Shown(change, known, caller));
            }
        }
        return new ChangePage(
            shown,
            new LogCursor(known.Log?.Name.Number, changes.Count > 0 ? changes[^1].Sequence : after.Sequence),
            changes.IsFull
        );
    }

    /// <summary>
    /// The same for a partner: a page is filled with what it sees, and the cursor stays behind the last of it, so that
    /// neither tells where something hidden stands.
    /// </summary>
    private async ValueTask<ChangePage> ReadSeenAsync(
        LogCursor after,
        int limit,
        NodeCatalog known,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        var (shown, next, read) = (new List<ShownChange>(), after.Sequence, after.Sequence);
        for (var looks = 0; looks < MostLooks; looks++)
        {
            var changes = await log.ReadAsync(read, LookSize, cancellationToken);
            foreach (var change in changes)
            {
                read = change.Sequence;
                if (IsShown(change, caller) && await sight.SeesAsync(change, caller, cancellationToken))
                {
                    shown.Add(Shown(change, known, caller));
                    next = read;
                    if (shown.Count == limit)
                    {
                        return Page(isFull: true);
                    }
                }
            }
            if (!changes.IsFull)
            {
                return Page(isFull: false);
            }
        }
        next = read;
        return Page(isFull: true);

        ChangePage Page(bool isFull) =>
            new(shown, new LogCursor(known.Log?.Name.Number, next), isFull) { Read = new(null, read) };
    }

    /// <summary>
    /// As <see cref="ReadAsync"/>, but waits for a new entry if there is none. A partner waits for one that it sees,
    /// and its cursor moves past others alone only where there are more than <paramref name="limit"/>.
    /// </summary>
    /// <param name="after">The cursor of the last entry read.</param>
    /// <param name="limit">The greatest number of entries to read, 1 or more.</param>
    /// <param name="wait">The longest wait.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="stopping">Ends the wait with the answer as it is, when the node stops.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    public async ValueTask<Result<ChangePage>> PollAsync(
        LogCursor after,
        int limit,
        TimeSpan wait,
        Caller caller,
        CancellationToken stopping,
        CancellationToken cancellationToken
    )
    {
        var began = time.GetTimestamp();
        while (true)
        {
            var read = await ReadAsync(after, limit, caller, cancellationToken);
            var left = wait - time.GetElapsedTime(began);
            if (!read.TryGet(out var page, out _) || HasNews(page, after, caller))
            {
                return read;
            }
            if (left <= TimeSpan.Zero || stopping.IsCancellationRequested)
            {
                return page with { Next = page.Next with { Sequence = after.Sequence } };
            }
            // The tail may also wake waiters for entries that they have read already. These wait on.
            await WaitAsync(page.Seen, left, stopping, cancellationToken);
        }
    }

    /// <summary>
    /// Waits until there may be an entry after a cursor, the time is over, or <paramref name="stopping"/> is set.
    /// </summary>
    public async Task WaitAsync(
        LogCursor after,
        TimeSpan wait,
        CancellationToken stopping,
        CancellationToken cancellationToken
    )
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, stopping);
        try
        {
            await tail.WaitAsync(after.Sequence, wait, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The node stops. The caller answers with what there is.
        }
    }

    /// <summary>True if a page is worth an answer before the wait is over.</summary>
    public static bool HasNews(ChangePage page, LogCursor after, Caller caller) =>
        caller.Partner is null ? page.Next.Sequence > after.Sequence : page.Changes.Count > 0 || page.IsFull;

    private static Error? Require(Caller caller) => AccessPolicy.Require(caller, Role.Partner);

    private static string? CodeOf(Change change, Record? record) => record is null ? change.Code : null;

    private static bool IsShown(Change change, Caller caller) =>
        change.Body.Kind switch
        {
            LogKind.Record => caller.Reaches(change.Key.Bytes),
            LogKind.Event => caller.Is(Role.Reader) && caller.Prefix is null,
            _ => caller.Is(Role.Admin),
        };

    private ShownChange Shown(Change change, NodeCatalog known, Caller caller)
    {
        var record =
            change.Body.Kind == LogKind.Record ? RecordReader.Read(change.State, known, Projection.Public) : null;
        return new ShownChange
        {
            Sequence = change.Sequence,
            Kind = change.Body.Kind,
            Operation = change.Body.Operation,
            Identifier = record?.Identifier,
            Template = record?.Template?.Code,
            Code = change.Body.Kind == LogKind.Event ? $"{ids.Of(change.Body.Object)}" : CodeOf(change, record),
            Version = change.Body.Version,
            Time = Micros.ToTime(change.Body.Time),
            Actor = caller.Is(Role.Reader) ? known.ActorName(change.Body.Actor) : null,
            Leaf = change.Leaf,
        };
    }
}
