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
        NextAsync(null, publicUrl, 0, null, cancellationToken);

    /// <summary>
    /// Begins the next log after one that others have seen further than this store holds it. Does nothing if another
    /// node has done it meanwhile.
    /// </summary>
    /// <param name="former">The log that the store goes on with now; null if it has no name.</param>
    /// <param name="publicUrl">The public URL of the node; null to keep the host of the former log.</param>
    /// <param name="beyond">No log with this number or a lower one may have begun since the backup; 0 for none.</param>
    /// <param name="known">The last entry of the former log that is known, which the store may lack; null if unknown.
    /// </param>
    /// <param name="cancellationToken">Ends the wait, not a write under way.</param>
    public Task<Result<CurrentLog>> RestartAsync(
        CurrentLog? former,
        string? publicUrl,
        long beyond,
        LogPoint? known,
        CancellationToken cancellationToken
    ) => NextAsync(former, publicUrl, beyond, known, cancellationToken);

    private async Task<Result<CurrentLog>> NextAsync(
        CurrentLog? former,
        string? publicUrl,
        long beyond,
        LogPoint? known,
        CancellationToken cancellationToken
    )
    {
        var host = HostOf(publicUrl) ?? former?.Name.Host ?? RandomHost();
        var format1 = await settings.FindSettingAsync(Format1Setting, cancellationToken);
        var edited = await documents.EditAsync<bool>(
            Caller.Node,
            former is null ? "log.begin" : "log.restart",
            host,
            current =>
            {
                if (current.Log?.Name != former?.Name)
                {
                    return (Array.Empty<DocumentWrite>(), false);
                }
                var start = new LogStart
                {
                    Log = LogName.Next(host, Math.Max(former?.Name.Number ?? 0, beyond), time).ToString(),
                    Former = former?.Name.ToString(),
                    FormerHead = known?.Sequence ?? 0,
                    FormerLeaf = known?.Leaf,
                    Format1 = former is null ? format1 : null,
                };
                return (
                    [
                        documents.Write(
                            current,
                            LogKind.Configuration,
                            LogStart.DocumentCode,
                            start,
                            CatalogJson.Default.LogStart,
                            Caller.Node
                        ),
                    ],
                    true
                );
            },
            cancellationToken
        );
        return edited.IsOk ? documents.Current.Log! : edited.Error;
    }

    private static string? HostOf(string? publicUrl) =>
        publicUrl is null ? null : new Uri(publicUrl, UriKind.Absolute).Authority;

    private static string RandomHost() => $"node-{RandomNumberGenerator.GetHexString(16, lowercase: true)}.invalid";
}
