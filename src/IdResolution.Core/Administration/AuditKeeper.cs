using System.Text.Json;
using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Documents;
using IdResolution.Core.Primitives;

namespace IdResolution.Core.Administration;

/// <summary>
/// Keeps the audit log: puts a summary into the change log every hour, and deletes lines whose time is over. Used by
/// one caller at a time.
/// </summary>
public sealed class AuditKeeper(
    IAuditStore store,
    IDocumentStore documents,
    CatalogHolder catalog,
    Auditor auditor,
    TimeProvider time
)
{
    /// <summary>The audited action of keeping lines longer or shorter than before.</summary>
    public const string DaysChanged = "audit.days";

    private static readonly TimeSpan s_every = TimeSpan.FromHours(1);

    private bool _knowsDays;
    private DateTimeOffset _trimmedAt;

    /// <summary>Does what is due.</summary>
    /// <param name="days">How many days lines are kept.</param>
    /// <param name="maxLines">How many lines of each kind are kept at most. Not of acts.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task KeepAsync(int days, long maxLines, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var last = Last(catalog.Current);
        var isOther = !_knowsDays && last is not null && last.Days != days;
        if (isOther)
        {
            await auditor.DoneAsync(Caller.Node, DaysChanged, $"{last!.Days} to {days}", cancellationToken);
        }
        _knowsDays = true;
        if (isOther || await IsDueAsync(now, last, cancellationToken))
        {
            await SummariseAsync(now, days, last, isOther, cancellationToken);
        }
        if (now - _trimmedAt >= s_every)
        {
            await store.TrimAsync(Micros.Of(now.AddDays(-days)), maxLines, cancellationToken);
            _trimmedAt = now;
        }
    }

    /// <summary>True an hour after the last summary, or after the first line if there is none.</summary>
    private async ValueTask<bool> IsDueAsync(
        DateTimeOffset now,
        AuditSummary? last,
        CancellationToken cancellationToken
    )
    {
        if (last is not null)
        {
            return now - last.Time >= s_every;
        }
        var first = await store.FollowAsync(0, 1, cancellationToken);
        return first.Count > 0 && now - Micros.ToTime(first[0].Time) >= s_every;
    }

    private static AuditSummary.Chain ChainOf(AuditHead head, AuditEvent? first) =>
        new(head.Kind, head.Position, head.Line, Micros.ToTime(head.Time), Convert.ToHexStringLower(head.Hash))
        {
            First = first?.Link?.Position ?? 0,
            FirstTime = first is null ? default : Micros.ToTime(first.Time),
        };

    private static AuditSummary? Last(NodeCatalog known)
    {
        try
        {
            return known.FindDocument(LogKind.Configuration, AuditSummary.DocumentCode) is { } document
                ? JsonSerializer.Deserialize(document.Json, CatalogJson.Stored.AuditSummary)
                : null;
        }
        catch (JsonException)
        {
            // A newer node wrote it.
            return null;
        }
    }

    private async Task SummariseAsync(
        DateTimeOffset now,
        int days,
        AuditSummary? last,
        bool isOther,
        CancellationToken cancellationToken
    )
    {
        var chains = await ChainsAsync(cancellationToken);
        if (chains.Count == 0 || (!isOther && last is not null && last.Chains.SequenceEqual(chains)))
        {
            return;
        }
        var summary = new AuditSummary
        {
            Time = now,
            Days = days,
            Chains = chains,
        };
        var version = catalog.Current.FindDocument(LogKind.Configuration, AuditSummary.DocumentCode)?.Version ?? 0;
        var write = DocumentWrite.Of(
            LogKind.Configuration,
            AuditSummary.DocumentCode,
            version,
            JsonSerializer.Serialize(summary, CatalogJson.Default.AuditSummary),
            Caller.Node.Actor,
            time
        );
        // Where another node was faster, its summary is as good.
        var written = await documents.WriteAsync([write], cancellationToken);
        await catalog.ReloadAsync(written.IsOk ? written.Value[^1].Sequence : 0, CancellationToken.None);
    }

    private async Task<List<AuditSummary.Chain>> ChainsAsync(CancellationToken cancellationToken)
    {
        // What goes by its age goes after the summary that still has it.
        var firsts = await store.FirstsAsync(cancellationToken);
        var heads = await store.HeadsAsync(cancellationToken);
        return heads
            .Where(h => h.Position > 0)
            .Select(h => ChainOf(h, firsts.FirstOrDefault(f => f.Kind == h.Kind)))
            .ToList();
    }
}
