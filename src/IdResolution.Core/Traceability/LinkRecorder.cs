using IdResolution.Core.Access;
using IdResolution.Core.Errors;

namespace IdResolution.Core.Traceability;

/// <summary>Takes links in, and events among them, in the order given. Thread-safe.</summary>
public sealed class LinkRecorder(LinkReader links, EventRecorder recorder)
{
    private delegate Task<Result<RecordedEvent>[]> Taker(
        IReadOnlyList<Result<EventRequest>> decoded,
        Caller caller,
        CancellationToken cancellationToken
    );

    /// <summary>
    /// Takes many links in. One that a front end could not decode has its error as result; a refused one does not stop
    /// the others.
    /// </summary>
    public Task<Result<RecordedEvent>[]> RecordAsync(
        IReadOnlyList<Result<LinkRequest>> decoded,
        Caller caller,
        CancellationToken cancellationToken
    ) => RecordAsync([.. decoded.Select(Split)], recorder.RecordAsync, caller, cancellationToken);

    /// <summary>The same for a batch, whose denials are in the audit.</summary>
    public Task<Result<RecordedEvent>[]> RecordBatchAsync(
        IReadOnlyList<Result<LinkRequest>> decoded,
        Caller caller,
        CancellationToken cancellationToken
    ) => RecordAsync([.. decoded.Select(Split)], caller, cancellationToken);

    /// <summary>
    /// The same with events among the links: each is a link, or an event or its error. What replaces a part happens
    /// where that is, so what stands before it is recorded first.
    /// </summary>
    public Task<Result<RecordedEvent>[]> RecordAsync(
        IReadOnlyList<(LinkRequest? Link, Result<EventRequest> Event)> decoded,
        Caller caller,
        CancellationToken cancellationToken
    ) => RecordAsync(decoded, recorder.RecordBatchAsync, caller, cancellationToken);

    private async Task<Result<RecordedEvent>[]> RecordAsync(
        IReadOnlyList<(LinkRequest? Link, Result<EventRequest> Event)> decoded,
        Taker take,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        var results = new List<Result<RecordedEvent>>(decoded.Count);
        var events = new List<Result<EventRequest>>();
        foreach (var (link, given) in decoded)
        {
            if (link is { Type: "replaces" } && events.Count > 0)
            {
                results.AddRange(await take(events, caller, cancellationToken));
                events.Clear();
            }
            events.Add(link is null ? given : await links.ToEventAsync(link, caller, cancellationToken));
        }
        results.AddRange(await take(events, caller, cancellationToken));
        return [.. results];
    }

    private static (LinkRequest? Link, Result<EventRequest> Event) Split(Result<LinkRequest> one) =>
        one.TryGet(out var link, out var error) ? (link, default) : (null, error);
}
