using IdResolution.Core.Access;
using IdResolution.Core.Administration;
using IdResolution.Core.Catalog;
using IdResolution.Core.ChangeLog;
using IdResolution.Storage.Sql;

namespace IdResolution.Storage.Maintenance;

/// <summary>
/// Begins the next log in a store that came back from a backup, beyond all numbers that may have been given away since.
/// </summary>
public static class LogRestart
{
    /// <summary>
    /// The setting with the number of the log that a restored store must leave before it takes writes; 0 for one
    /// without a name.
    /// </summary>
    public const string PendingSetting = "log.restored";

    /// <summary>Begins the next log, unless another node has done it meanwhile.</summary>
    /// <param name="store">The store, opened.</param>
    /// <param name="aside">The SQLite database before the restore, if it is at hand; else null.</param>
    /// <param name="databaseFile">The database file of an embedded store; null for another.</param>
    /// <param name="gap">As in <see cref="SqliteRestore"/>; needed where the database before cannot be read.</param>
    /// <param name="known">An entry of the log before that is known, which the store may lack; null for none.</param>
    /// <param name="publicUrl">The public URL of the node; null to keep the host of the log before.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="MaintenanceException">It is not known which numbers were given away.</exception>
    public static async Task<RestoreReport> RunAsync(
        NodeStore store,
        string? aside,
        string? databaseFile,
        long? gap,
        LogPoint? known,
        string? publicUrl,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(time);
        string? fault = null;
        var former = aside is null ? null : FormerDatabase.TryRead(aside, known, out fault);
        if (former is null && gap is null)
        {
            throw new MaintenanceException(
                $"Nothing was changed, since it is not known which numbers were given away after the backup"
                    + $"{(fault is null ? "" : $": {fault}")}. Say --aside FILE, the database before the restore, or "
                    + "--gap N: at least as many numbers as any sequence may have given away since then, or 0 if "
                    + "nothing was registered."
            );
        }
        var head = await store.Log.HeadAsync(cancellationToken);
        var identifiers = aside is null || databaseFile is null ? null : LostIdentifiers.Keep(aside, databaseFile);
        var report = await BeginAsync(
            store,
            former,
            gap,
            known,
            publicUrl,
            time,
            new RestoreReport { Head = head, Identifiers = identifiers },
            cancellationToken
        );
        return former is null ? report : LostEntries.List(aside!, report);
    }

    /// <summary>
    /// Begins the next log, beyond the numbers of the former database and the gap. Adds to the report what it did.
    /// </summary>
    internal static async Task<RestoreReport> BeginAsync(
        NodeStore store,
        FormerDatabase? former,
        long? gap,
        LogPoint? known,
        string? publicUrl,
        TimeProvider time,
        RestoreReport report,
        CancellationToken cancellationToken
    )
    {
        // The numbers come first: where this is cut off, they are skipped once more.
        var raised = await store.Engine.WriteAsync(
            "skip numbers",
            async session =>
            {
                var behind = former is null ? 0 : await former.RaiseAsync(session, store.Engine.Dialect);
                if (gap > 0)
                {
                    var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
                    await SequenceGap.OpenAsync(session, gap.Value, today);
                }
                return behind;
            },
            cancellationToken,
            isRepeatable: false
        );
        using var catalog = new CatalogHolder(store.Documents, time);
        await catalog.ReloadAsync(0, cancellationToken);
        var documents = new DocumentEditor(store.Documents, catalog, new Auditor(store.Audit, time), time);
        var seen = former is null
            ? Known(known, catalog.Current.Log)
            : await former.SeenByAsync(store.Log, cancellationToken);
        var begun = await new LogNamer(documents, store.Settings, time).RestartAsync(
            catalog.Current.Log?.Name,
            seen with
            {
                AtLeast = known?.Log ?? 0,
            },
            publicUrl,
            cancellationToken
        );
        return begun.IsOk
            ? report with
            {
                Log = begun.Value,
                Shared = seen.Kept ?? report.Head,
                Gap = gap ?? 0,
                Raised = raised,
            }
            : throw new MaintenanceException(begun.Error.Message.En);
    }

    private static FormerLog Known(LogPoint? known, CurrentLog? current) =>
        known is null
            ? new FormerLog()
            : new FormerLog
            {
                Name = current is { } log ? log.Name with { Number = known.Log } : null,
                Head = known.Sequence,
                Leaf = known.Leaf,
            };
}
