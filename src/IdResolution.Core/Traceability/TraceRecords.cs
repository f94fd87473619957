using IdResolution.Core.Records;

namespace IdResolution.Core.Traceability;

/// <summary>Reads the records of items of a trace, a page of them at once.</summary>
internal static class TraceRecords
{
    private const int Page = 256;

    /// <param name="records">The records.</param>
    /// <param name="nodes">The items.</param>
    /// <param name="isAsked">Tells by its place whether an item's record is read, where it has one.</param>
    /// <param name="take">Takes the place of an item and the state of its record. False ends the reading.</param>
    /// <param name="turn">The turn to give back now and then.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static async ValueTask ReadAsync(
        IRecordStore records,
        IReadOnlyList<TraceNode> nodes,
        Func<int, bool> isAsked,
        Func<int, byte[], bool> take,
        TraceTurn turn,
        CancellationToken cancellationToken
    )
    {
        var asked = Enumerable.Range(0, nodes.Count).Where(i => nodes[i].Item.IsRegistered && isAsked(i));
        foreach (var page in asked.Chunk(Page))
        {
            await turn.PauseAsync(cancellationToken);
            var states = await records.StatesAsync(
                Array.ConvertAll(page, i => nodes[i].Item.Number),
                cancellationToken
            );
            for (var i = 0; i < page.Length; i++)
            {
                if (states[i] is { } state && !take(page[i], state))
                {
                    return;
                }
            }
        }
    }
}
