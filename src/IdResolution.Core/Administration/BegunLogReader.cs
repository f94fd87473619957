using System.Text.Json;
using IdResolution.Core.Catalog;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Documents;
using IdResolution.Core.Primitives;

namespace IdResolution.Core.Administration;

/// <summary>Lists the logs that began in a store, by the entries that named them. Thread-safe.</summary>
public sealed class BegunLogReader(IDocumentStore documents, IChangeLog log)
{
    private const int PageSize = 100;

    /// <summary>The logs, the newest first. None if the log has no name.</summary>
    public async Task<IReadOnlyList<BegunLog>> ReadAsync(CancellationToken cancellationToken)
    {
        var (all, _) = await documents.LoadAsync(cancellationToken);
        if (all.FirstOrDefault(IsName) is not { } named)
        {
            return [];
        }
        var begun = await VersionsAsync(named.Object, cancellationToken);
        // The head is read last: no log begins behind it.
        var last = await log.HeadAsync(cancellationToken);
        var logs = new List<BegunLog>();
        foreach (var version in begun)
        {
            logs.Add(Of(version, last));
            last = version.Sequence - 1;
        }
        return logs;
    }

    private async Task<List<DocumentVersion>> VersionsAsync(long objectNumber, CancellationToken cancellationToken)
    {
        var versions = new List<DocumentVersion>();
        while (true)
        {
            var before = versions.Count == 0 ? 0 : versions[^1].Body.Version;
            var page = await documents.HistoryAsync(objectNumber, before, PageSize, cancellationToken);
            versions.AddRange(page);
            if (!page.IsFull)
            {
                return versions;
            }
        }
    }

    private static bool IsName(Document document) =>
        document.Kind == LogKind.Configuration && document.Code == LogStart.DocumentCode;

    private static BegunLog Of(DocumentVersion version, long last) =>
        new(
            version.Sequence,
            last,
            Micros.ToTime(version.Body.Time),
            JsonSerializer.Deserialize(version.Json, CatalogJson.Stored.LogStart)!
        );
}
