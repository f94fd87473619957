using System.Security.Cryptography;
using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Documents;
using IdResolution.Core.Errors;

namespace IdResolution.Core.Administration;

/// <summary>
/// Begins logs: the first one of a store, and the next one of a store that came back from a backup. The first entry of
/// a log names it. Thread-safe.
/// </summary>
public sealed class LogNamer(DocumentEditor documents, ISettingStore settings, TimeProvider time)
{
    /// <summary>The setting with size and root of the log of format 1, which a migration writes.</summary>
    public const string Format1Setting = "log.format1";

    /// <summary>Names the log if it has no name. Returns the log that the store goes on with.</summary>
    /// <param name="publicUrl">The public URL of the node, whose host stands in the name; null for none.</param>
    /// <param name="cancellationToken">Ends the wait, not a write under way.</param>
    public Task<Result<CurrentLog>> BeginAsync(string? publicUrl, CancellationToken cancellationToken) =>
        NextAsync(null, new FormerLog(), false, publicUrl, cancellationToken);

    /// <summary>
    /// Begins the next log after one that others have seen further than this store holds it. Does nothing if another
    /// node has done it meanwhile. Returns the log that the store goes on with.
    /// </summary>
    /// <param name="current">The log that the store goes on with now; null if it has no name.</param>
    /// <param name="former">What is known of the log that others have seen.</param>
    /// <param name="publicUrl">The public URL of the node; null to keep the host of the log before.</param>
    /// <param name="cancellationToken">Ends the wait, not a write under way.</param>
    public Task<Result<CurrentLog>> RestartAsync(
        LogName? current,
        FormerLog former,
        string? publicUrl,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(former);
        return NextAsync(current, former, true, publicUrl, cancellationToken);
    }

    private async Task<Result<CurrentLog>> NextAsync(
        LogName? current,
        FormerLog former,
        bool restarted,
        string? publicUrl,
        CancellationToken cancellationToken
    )
    {
        var before = former.Name ?? current;
        var host = HostOf(publicUrl) ?? before?.Host ?? RandomHost();
        var format1 = await settings.FindSettingAsync(Format1Setting, cancellationToken);
        var edited = await documents.EditAsync<bool>(
            Caller.Node,
            restarted ? "log.restart" : "log.begin",
            host,
            known =>
            {
                if (known.Log?.Name != current)
                {
                    return (Array.Empty<DocumentWrite>(), false);
                }
                var start = new LogStart
                {
                    Log = LogName.Next(host, After(current, before, former), time).ToString(),
                    Restarted = restarted,
                    Former = before?.ToString(),
                    Kept = Least(former.Kept, known.Log),
                    FormerHead = former.Head,
                    FormerLeaf = former.Leaf,
                    Format1 = current is null ? format1 : null,
                };
                return ([WriteOf(known, start)], true);
            },
            cancellationToken
        );
        return edited.IsOk ? documents.Current.Log! : edited.Error;
    }

    private static long After(LogName? current, LogName? before, FormerLog former) =>
        Math.Max(Math.Max(current?.Number ?? 0, before?.Number ?? 0), former.AtLeast);

    private DocumentWrite WriteOf(NodeCatalog known, LogStart start) =>
        documents.Write(
            known,
            LogKind.Configuration,
            LogStart.DocumentCode,
            start,
            CatalogJson.Default.LogStart,
            Caller.Node
        );

    /// <summary>
    /// The number of first entries that are those of all logs before. A follower of an earlier one must not go on
    /// further than it shares.
    /// </summary>
    private static long? Least(long? kept, CurrentLog? before) =>
        before is { Start.Restarted: true } ? Math.Min(kept ?? long.MaxValue, before.Kept) : kept;

    private static string? HostOf(string? publicUrl) =>
        publicUrl is null ? null : new Uri(publicUrl, UriKind.Absolute).Authority;

    private static string RandomHost() => $"node-{RandomNumberGenerator.GetHexString(16, lowercase: true)}.invalid";
}
