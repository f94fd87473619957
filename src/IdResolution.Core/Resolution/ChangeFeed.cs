using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Coherence;
using IdResolution.Core.Errors;
using IdResolution.Core.Primitives;
using IdResolution.Core.Views;

namespace IdResolution.Core.Resolution;

/// <summary>Shows the change log to callers, from role partner up. Thread-safe.</summary>
public sealed class ChangeFeed(IChangeLog log, LogFollower tail, CatalogHolder catalog, TimeProvider time)
{
    /// <summary>Where the log ends now.</summary>
    public async ValueTask<Result<long>> HeadAsync(Caller caller, CancellationToken cancellationToken) =>
        Require(caller) is { } refused ? refused : await log.HeadAsync(cancellationToken);

    /// <summary>
    /// The entries behind a cursor. The cursor moves past those that the caller is not shown: kinds other than records
    /// are the administrators' own.
    /// </summary>
    /// <param name="after">The last sequence number seen.</param>
    /// <param name="limit">1 and up.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    public async ValueTask<Result<ChangePage>> ReadAsync(
        long after,
        int limit,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        if (Require(caller) is { } refused)
        {
            return refused;
        }
        var changes = await log.ReadAsync(after, limit, cancellationToken);
        var known = catalog.Current;
        return new ChangePage(
            [
                .. changes
                    .Where(c => c.Body.Kind == LogKind.Record || caller.Is(Role.Admin))
                    .Select(c => Shown(c, known, caller)),
            ],
            changes.Count > 0 ? changes[^1].Sequence : after,
            changes.Count == limit
        );
    }

    /// <summary>As <see cref="ReadAsync"/>, but waits for something new where there is nothing.</summary>
    /// <param name="after">The last sequence number seen.</param>
    /// <param name="limit">1 and up.</param>
    /// <param name="wait">How long at most.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="stopping">Ends the wait with what there is.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    public async ValueTask<Result<ChangePage>> PollAsync(
        long after,
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
            if (!read.IsOk || read.Value.Next > after || left <= TimeSpan.Zero || stopping.IsCancellationRequested)
            {
                return read;
            }
            // The tail also wakes its waiters for what they have read already: those wait on.
            await WaitAsync(after, left, stopping, cancellationToken);
        }
    }

    /// <summary>
    /// Waits until there may be something behind a cursor, the time is over, or <paramref name="stopping"/>.
    /// </summary>
    public async Task WaitAsync(
        long after,
        TimeSpan wait,
        CancellationToken stopping,
        CancellationToken cancellationToken
    )
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, stopping);
        try
        {
            await tail.WaitAsync(after, wait, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The node stops: what is there is the answer.
        }
    }

    private static Error? Require(Caller caller) => AccessPolicy.Require(caller, Role.Partner);

    private static ShownChange Shown(Change change, NodeCatalog known, Caller caller)
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
            Code = record is null ? change.Code : null,
            Version = change.Body.Version,
            Time = Micros.ToTime(change.Body.Time),
            Actor = caller.Is(Role.Reader) ? known.ActorName(change.Body.Actor) : null,
            Leaf = change.Leaf,
        };
    }
}
