using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.Coherence;
using IdResolution.Core.Primitives;
using IdResolution.Core.Views;
using IdResolution.Server.Http;

namespace IdResolution.Server.Rest;

/// <summary>
/// Renders records and makes their entity tags, which also depend on the log, the public URL, template texts and the
/// plant's time zone.
/// </summary>
internal sealed class RenderContext(CatalogHolder catalog, IRecordCache cache, PublicAddress address, PlantClock plant)
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
    public string Tag(long version, Projection projection, string media, string language)
    {
        var render = Render();
        return string.Concat(
            string.Concat(render.Head, version.ToString(CultureInfo.InvariantCulture), "-"),
            projection.Id,
            string.Concat("-", media, "-", language),
            string.Concat("-", render.Text, "\"")
        );
    }

    private RenderTag Render()
    {
        var current = _render;
        var known = catalog.Current;
        var epoch = known.TextEpoch;
        if (
            current?.Epoch != epoch
            || !ReferenceEquals(current.Log, known.Log)
            || !ReferenceEquals(current.Url, address.Url)
        )
        {
            current = new RenderTag(
                epoch,
                known.Log,
                string.Create(CultureInfo.InvariantCulture, $"W/\"{known.Log?.Name.Number ?? 0}-"),
                address.Url,
                Convert.ToHexStringLower(
                    SHA256.HashData(Encoding.UTF8.GetBytes($"{address.Url}\n{epoch}\n{plant.ZoneName}")).AsSpan(0, 4)
                )
            );
            _render = current;
        }
        return current;
    }

    // One object, so that a concurrent reader never mixes values of two renderings.
    private sealed record RenderTag(long Epoch, CurrentLog? Log, string Head, string Url, string Text);
}
