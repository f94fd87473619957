using System.Globalization;
using IdResolution.Core.Documents;

namespace IdResolution.Core.Catalog;

/// <summary>
/// When API keys were last used. A node notes it in memory and writes it once a minute, beside the log: it is no
/// content. Of several nodes' times the latest stays. Thread-safe, but for the flush, which one thread does.
/// </summary>
public sealed class KeyUses(ISettingStore settings, CatalogHolder catalog, TimeProvider time)
{
    private const string Prefix = "key-use.";

    // All are equally long, so the store compares them as texts.
    private const string Form = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    private Dictionary<string, DateTime> _written = [];
    private long? _flushedAt;

    /// <summary>Writes what was noted since the last flush, at most once a minute.</summary>
    /// <param name="last">True to write at once: the node stops.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public async Task FlushAsync(bool last, CancellationToken cancellationToken)
    {
        if (!last && _flushedAt is { } at && time.GetElapsedTime(at) < Every)
        {
            return;
        }
        var uses = catalog.Current.KeyTable.Uses.ToDictionary(u => u.Id, u => u.At);
        var settingsOf = uses.Where(u => _written.GetValueOrDefault(u.Key) < u.Value)
            .ToDictionary(u => Prefix + u.Key, u => u.Value.ToString(Form, CultureInfo.InvariantCulture));
        if (settingsOf.Count > 0)
        {
            await settings.RaiseAsync(settingsOf, cancellationToken);
        }
        _written = uses;
        _flushedAt = time.GetTimestamp();
    }

    /// <summary>The last uses by the keys' ids, as far as this node and the store know.</summary>
    public async Task<IReadOnlyDictionary<string, DateTimeOffset>> ReadAsync(CancellationToken cancellationToken)
    {
        var uses = new Dictionary<string, DateTimeOffset>();
        foreach (var (name, value) in await settings.ListAsync(Prefix, cancellationToken))
        {
            uses[name[Prefix.Length..]] = DateTimeOffset.ParseExact(
                value,
                Form,
                CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal
            );
        }
        foreach (var (id, at) in catalog.Current.KeyTable.Uses)
        {
            if (uses.GetValueOrDefault(id) < at)
            {
                uses[id] = at.AddTicks(-(at.Ticks % TimeSpan.TicksPerSecond));
            }
        }
        return uses;
    }
}
