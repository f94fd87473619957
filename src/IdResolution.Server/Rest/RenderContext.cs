using System.Security.Cryptography;
using System.Text;
using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.Coherence;
using IdResolution.Core.Views;
using IdResolution.Server.Http;

namespace IdResolution.Server.Rest;

/// <summary>
/// Renders records and makes their entity tags, which also depend on the public URL and template texts.
/// </summary>
internal sealed class RenderContext(CatalogHolder catalog, IRecordCache cache, PublicAddress address)
{
    private volatile RenderTag? _render;

    /// <summary>Changes with the texts of templates. Renderings of another epoch are out of date.</summary>
    public long Epoch => catalog.Current.TextEpoch;

    /// <summary>Renders a cached record as JSON for a projection, once; the entry keeps the rendering.</summary>
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

    /// <summary>Makes an entity tag of the form that <see cref="Conditional"/> describes.</summary>
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

    // One object, so that a concurrent reader never mixes values of two renderings.
    private sealed record RenderTag(long Epoch, string Url, string Text);
}
