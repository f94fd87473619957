using IdResolution.Core.ChangeLog;
using IdResolution.Core.Events;

namespace IdResolution.Core.Traceability;

/// <summary>
/// Fills the quality archive from the log, so that recording an event waits for nothing. What is corrected or erased
/// leaves the archive.
/// </summary>
public sealed class QualityArchivist(IQualityStore store, EventIds ids) : ILogHandler
{
    /// <summary>The name of the log reader and of its lease.</summary>
    public const string ReaderName = "quality";

    /// <inheritdoc/>
    public string Name => ReaderName;

    /// <inheritdoc/>
    public Task<bool> HandleAsync(IReadOnlyList<Change> changes, LogMove move, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(changes);
        var entries = new List<QualityEntry>();
        foreach (var change in changes)
        {
            if (change.Body.Kind == LogKind.Event)
            {
                Add(entries, change);
            }
        }
        return store.KeepFromLogAsync(move, entries, cancellationToken);
    }

    private void Add(List<QualityEntry> entries, Change change)
    {
        try
        {
            var rows = QualityRows.Of(change.State, out var time);
            var isNew = change.Body.Operation == LogOperation.Create;
            if (rows.Count > 0 || !isNew)
            {
                entries.Add(new QualityEntry(change.Body.Object, time, Replaces: !isNew, rows));
            }
            if (isNew && EventState.CorrectedBy(change.State) is { } wrong && ids.TryParse(wrong, out var voided))
            {
                entries.Add(new QualityEntry(voided, 0, Replaces: true, []));
            }
        }
        catch (Exception e) when (e is InvalidDataException or ArgumentException or InvalidOperationException)
        {
            throw new UnreadableEntryException(change.Sequence, e.Message, e);
        }
    }
}
