using System.Globalization;
using IdResolution.Core.Catalog;
using IdResolution.Core.Documents;
using IdResolution.Core.Upstream;
using IdResolution.Server.Options;

namespace IdResolution.Server.Hosting.Work;

/// <summary>
/// Where the comparison is that the node makes by itself, and when the last one ended. Both stand in the store, so that
/// it goes on there after a failure, on another node, and after a restart. Used by the node that holds the lease.
/// </summary>
internal sealed class ReconcilePlace(UpstreamOptions options, ISettingStore settings, CatalogHolder catalog)
{
    private const string Ended = "upstream.reconciled";
    private const string Mark = "upstream.reconciling";

    // What stands in the store, as far as this node knows.
    private string? _mark;

    private ReconcileMark Now =>
        new(
            options.ReconcileRepairs,
            RemovesLost: false,
            ReconcileMark.WayOf(options.Rules),
            $"{catalog.Current.Log?.Name}",
            TimeProvider.System.GetUtcNow()
        );

    /// <summary>When the last comparison ended; null if none did.</summary>
    public async Task<DateTimeOffset?> LastEndAsync(CancellationToken cancellationToken) =>
        await settings.FindSettingAsync(Ended, cancellationToken) is { } text
            ? DateTimeOffset.Parse(text, CultureInfo.InvariantCulture)
            : null;

    /// <summary>Where the comparison goes on; at the beginning if none was ended early within a day.</summary>
    public async Task<ReconcileProgress> FindAsync(CancellationToken cancellationToken)
    {
        _mark = await settings.FindSettingAsync(Mark, cancellationToken);
        return (_mark is null ? null : Now.Read(_mark)) ?? new ReconcileProgress(0, 0, 0, 0, 0);
    }

    /// <summary>Keeps how far it is. Where another node goes on with it by now, that one's place stays.</summary>
    public Task KeepAsync(ReconcileProgress progress, CancellationToken cancellationToken)
    {
        var now = Now;
        return SetMarkAsync(now.Write(progress, now.At), cancellationToken);
    }

    /// <summary>Notes that it is through: the next begins anew, when it is due.</summary>
    public async Task EndAsync(CancellationToken cancellationToken)
    {
        // First: with a mark left behind, the next one would begin at its end.
        await SetMarkAsync("", cancellationToken);
        var now = TimeProvider.System.GetUtcNow().ToString("O", CultureInfo.InvariantCulture);
        var before = await settings.FindSettingAsync(Ended, cancellationToken);
        await settings.SetAsync(Ended, before, now, cancellationToken);
    }

    private async Task SetMarkAsync(string mark, CancellationToken cancellationToken)
    {
        if (await settings.SetAsync(Mark, _mark, mark, cancellationToken))
        {
            _mark = mark;
        }
    }
}
