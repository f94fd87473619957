using IdResolution.Core.ChangeLog;
using IdResolution.Core.Events;

namespace IdResolution.Core.Traceability;

/// <summary>
/// Gives items that events named before they were registered to their records, with their holds. Meanwhile the store
/// may know an item by both numbers.
/// </summary>
public sealed class UnregisteredHealer(IEventUpkeep upkeep, ILogReaderStore readers, HoldSpreader holds) : ILogHandler
{
    /// <summary>The name of the log reader and of its lease.</summary>
    public const string ReaderName = "unregistered";

    /// <inheritdoc/>
    public string Name => ReaderName;

    /// <inheritdoc/>
    public bool IsPrompt => true;

    /// <inheritdoc/>
    public async Task<bool> HandleAsync(
        IReadOnlyList<Change> changes,
        LogMove move,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(changes);
        await HealNewAsync(changes, cancellationToken);
        return await readers.MoveAsync(move, cancellationToken);
    }

    /// <summary>Heals what the new records among some entries were named for. Doing it again does no harm.</summary>
    internal async Task HealNewAsync(IReadOnlyList<Change> changes, CancellationToken cancellationToken)
    {
        var made = new List<Change>();
        foreach (var change in changes)
        {
            if (change.Body is { Kind: LogKind.Record, Operation: LogOperation.Create })
            {
                made.Add(change);
            }
        }
        if (await HealAsync(made, cancellationToken))
        {
            // Not here, since traces wait for this reader, and a hold may go on for long.
            holds.Ask();
        }
    }

    /// <summary>Heals what some new records were named for. False if there was nothing.</summary>
    private async Task<bool> HealAsync(List<Change> made, CancellationToken cancellationToken)
    {
        if (made.Count == 0)
        {
            return false;
        }
        var keys = made.ConvertAll(static c => ItemKey.Stored(c.Key.Bytes));
        var numbers = await upkeep.UnregisteredAsync(keys, cancellationToken);
        var isHealed = false;
        for (var i = 0; i < numbers.Count; i++)
        {
            while (numbers[i] > 0 && !await upkeep.HealAsync(numbers[i], made[i].Body.Object, cancellationToken))
            {
                // The next page.
            }
            isHealed |= numbers[i] > 0;
        }
        return isHealed;
    }
}
