using IdResolution.Core.Access;
using IdResolution.Core.Administration;
using IdResolution.Core.Catalog;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Primitives;
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
    /// <param name="options">What is known of the time since the backup.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="MaintenanceException">It is not known which numbers were given away.</exception>
    public static async Task<RestoreReport> RunAsync(
        NodeStore store,
        string? aside,
        string? databaseFile,
        RestoreOptions options,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        Text? fault = null;
        var former = aside is null ? null : FormerDatabase.TryRead(aside, options.Known, out fault);
        if (former is null && options.Gap is null)
        {
            throw new MaintenanceException(
                $"Nothing was changed, since it is not known which numbers were given away after the backup"
                    + $"{(fault is { } reason ? $": {reason.En}" : "")}. Say --aside FILE, the database before the "
                    + "restore, or "
                    + "--gap N: at least as many numbers as any sequence may have given away since then, or 0 if "
                    + "nothing was registered.",
                $"未作任何修改：不知道备份之后发出了哪些号码{(fault is { } why ? $"（{why.Zh}）" : "")}。请用 --aside 给出恢复之前的"
                    + "数据库，或用 --gap N 给出此后任一流水号至多发出的个数（可多不可少），其间没有注册则为 0。"
            );
        }
        var head = await store.Log.HeadAsync(cancellationToken);
        var identifiers = aside is null || databaseFile is null ? null : LostIdentifiers.Keep(aside, databaseFile);
        var report = await BeginAsync(
            store,
            former,
            options,
            new RestoreReport { Head = head, Identifiers = identifiers },
            time,
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
        RestoreOptions options,
        RestoreReport report,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        // The numbers come first: where this is cut off, they are skipped once more.
        var raised = await SkipAsync(store, former, options, time, cancellationToken);
        using var catalog = new CatalogHolder(store.Documents, time);
        await catalog.ReloadAsync(0, cancellationToken);
        var documents = new DocumentEditor(store.Documents, catalog, new Auditor(store.Audit, time), time);
        var seen = former is null
            ? await KnownAsync(store, options.Known, catalog.Current.Log, cancellationToken)
            : await former.SeenByAsync(store.Log, cancellationToken);
        var begun = await new LogNamer(documents, store.Settings, time).RestartAsync(
            catalog.Current.Log?.Name,
            seen with
            {
                AtLeast = options.Known?.Log ?? 0,
            },
            options.PublicUrl,
            cancellationToken
        );
        return begun.IsOk
            ? report with
            {
                Log = begun.Value,
                Shared = seen.Kept ?? report.Head,
                Gap = options.Gap ?? 0,
                Raised = raised,
            }
            : throw new MaintenanceException(begun.Error.Message);
    }

    /// <summary>Skips the numbers that may have been given away. Returns how many sequences were behind.</summary>
    private static Task<int> SkipAsync(
        NodeStore store,
        FormerDatabase? former,
        RestoreOptions options,
        TimeProvider time,
        CancellationToken cancellationToken
    ) =>
        store.Engine.WriteAsync(
            "skip numbers",
            async session =>
            {
                var behind = former is null ? 0 : await former.RaiseAsync(session, store.Engine.Dialect);
                if (options.Gap > 0)
                {
                    var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
                    await SequenceGap.OpenAsync(session, options.Gap.Value, today);
                }
                return behind;
            },
            cancellationToken,
            isRepeatable: false
        );

    /// <summary>The furthest entry that was seen; where none is known, the store's own last one.</summary>
    private static async Task<FormerLog> KnownAsync(
        NodeStore store,
        LogPoint? known,
        CurrentLog? current,
        CancellationToken cancellationToken
    )
    {
        if (known is not null)
        {
            var name = current is { } log ? log.Name with { Number = known.Log } : (LogName?)null;
            return new FormerLog
            {
                Name = name,
                Head = known.Sequence,
                Leaf = known.Leaf,
            };
        }
        var look = await store.Log.LookAsync(0, cancellationToken);
        return new FormerLog
        {
            Head = look.Head,
            Leaf = look.HeadLeaf is null ? null : Convert.ToHexStringLower(look.HeadLeaf),
        };
    }
}
