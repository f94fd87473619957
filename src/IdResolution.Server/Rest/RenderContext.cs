using System.Security.Cryptography;
using System.Text;
using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.Coherence;
using IdResolution.Core.Views;
using IdResolution.Server.Http;

namespace IdResolution.Server.Rest;

/// <summary>What rendered answers depend on besides the record: the public URL and the texts of templates.</summary>
internal sealed class RenderContext(CatalogHolder catalog, IRecordCache cache, PublicAddress address)
{
    private volatile RenderTag? _render;

    /// <summary>Renderings of another epoch are not used.</summary>
    public long Epoch => catalog.Current.TextEpoch;

    /// <summary>The record of an entry as JSON for a projection, rendered once for each entry.</summary>
    public Rendering Json(CachedRecord entry, Projection projection)
    {
        var epoch = Epoch;
        return cache.Rendered(
            entry,
            projection,
            RenderingForm.Json,
            epoch,
            stored =>
            {
                var record = RecordReader.Read(stored, catalog.Current, projection);
                return new Rendering(RecordJson.Render(record), Tag(record.Version, projection, "json", "x"), epoch);
            }
        );
    }

    /// <summary>An entity tag.</summary>
    public string Tag(long version, Projection projection, string media, string language) =>
        string.Concat(
            string.Concat("W/\"", version.ToString(), "-"),
            projection.Id,
            string.Concat("-", media, "-", language),
            string.Concat("-", Render(), "\"")
        );

    private string Render()
    {
        var current = _render;
        var epoch = Epoch;
        if (current?.Epoch != epoch || !ReferenceEquals(current.Url, address.Url))
        {
            current = new RenderTag(
                epoch,
                address.Url,
                Convert.ToHexStringLower(
                    SHA256.HashData(Encoding.UTF8.GetBytes($"{address.Url}\n{epoch}")).AsSpan(0, 4)
                )
            );
            _render = current;
        }
        return current.Text;
    }

    // One object, so that no reader sees the epoch of one and the text of another.
    private sealed record RenderTag(long Epoch, string Url, string Text);
}
