using IdResolution.Core.ChangeLog;
using IdResolution.Core.Events;

namespace IdResolution.Core.Traceability;

/// <summary>
/// Gives items that events named before they were registered, or by the URI of a GS1 key that they got later, to their
/// records, with their holds. Meanwhile the store may know an item by several numbers.
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
        var records = new List<long>();
        foreach (var change in changes)
        {
            // A change may give the record a key by which events named it.
            if (change.Body is { Kind: LogKind.Record })
            {
                records.Add(change.Body.Object);
            }
        }
        if (await HealAsync(upkeep, records, cancellationToken))
        {
            // Not here, since traces wait for this reader, and a hold may go on for long.
            holds.Ask();
        }
    }

    /// <summary>Heals what some records were named for. False if there was nothing.</summary>
    internal static async Task<bool> HealAsync(
        IEventUpkeep upkeep,
        IReadOnlyList<long> records,
        CancellationToken cancellationToken
    )
    {
        if (records.Count == 0)
        {
            return false;
        }
        var named = await upkeep.BeforeAsync([.. records.Distinct()], cancellationToken);
        foreach (var (record, number) in named)
        {
            while (!await upkeep.HealAsync(number, record, cancellationToken))
            {
                // The next page.
            }
        }
        return named.Count > 0;
    }
}
