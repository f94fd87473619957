using IdResolution.Core.Access;
using IdResolution.Core.Errors;

namespace IdResolution.Core.Traceability;

/// <summary>Takes links in, in the order given. Thread-safe.</summary>
public sealed class LinkRecorder(LinkReader links, EventRecorder recorder)
{
    /// <summary>
    /// Takes many links in. One that a front end could not decode has its error as result; a refused one does not stop
    /// the others. What replaces a part happens where that is, so the links before it are recorded first.
    /// </summary>
    public async Task<Result<RecordedEvent>[]> RecordAsync(
        IReadOnlyList<Result<LinkRequest>> decoded,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        var results = new List<Result<RecordedEvent>>(decoded.Count);
        var events = new List<Result<EventRequest>>();
        foreach (var one in decoded)
        {
            if (!one.TryGet(out var link, out var error))
            {
                events.Add(error);
                continue;
            }
            if (link.Type == "replaces" && events.Count > 0)
            {
                results.AddRange(await recorder.RecordAsync(events, caller, cancellationToken));
                events.Clear();
            }
            events.Add(await links.ToEventAsync(link, caller, cancellationToken));
        }
        results.AddRange(await recorder.RecordAsync(events, caller, cancellationToken));
        return [.. results];
    }
}
