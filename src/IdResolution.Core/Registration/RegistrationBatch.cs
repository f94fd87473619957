using IdResolution.Core.Access;
using IdResolution.Core.Errors;
using IdResolution.Core.Records;

namespace IdResolution.Core.Registration;

/// <summary>The items of one call and their results.</summary>
internal sealed class RegistrationBatch(IReadOnlyList<RegistrationRequest> requests, Caller caller)
{
    public IReadOnlyList<RegistrationRequest> Requests => requests;

    /// <summary>The events of each item; null for none at all.</summary>
    public IReadOnlyList<IItemEvents?>? Events { get; init; }

    /// <summary>The events of an item; null for none.</summary>
    public IItemEvents? EventsOf(int position) => Events?[position];

    public Caller Caller => caller;

    public Result<Registered>[] Results { get; } = new Result<Registered>[requests.Count];

    /// <summary>The positions of all items.</summary>
    public IReadOnlyList<int> All { get; } = [.. Enumerable.Range(0, requests.Count)];

    /// <summary>What the check says of each item.</summary>
    public Result<CheckedItem>[] Items { get; } = new Result<CheckedItem>[requests.Count];

    /// <summary>The number of sources that items of the call are the first of.</summary>
    public int NewSources { get; set; }

    /// <summary>The records that have the items' keys, as far as they were looked for.</summary>
    public StoredRecord?[] Found { get; } = new StoredRecord?[requests.Count];

    /// <summary>Has the results say nothing of items beyond the prefix that the caller is bound to.</summary>
    public void HideWhatIsBeyond()
    {
        for (var i = 0; i < Results.Length; i++)
        {
            if (!Results[i].TryGet(out var registered, out var error))
            {
                Results[i] = AccessPolicy.WithinReach(error, caller);
            }
            else if (!caller.Reaches(registered.Record.Key.Bytes))
            {
                // The same again, by a key of a source that all prefixes share.
                Results[i] = AccessPolicy.Taken(ErrorCode.KeyConflict, "sourceKey");
            }
        }
    }
}
