using System.Security.Cryptography;
using System.Text;
using IdResolution.Core.Access;
using IdResolution.Core.Records;
using IdResolution.Core.Resolution;
using IdResolution.Server.Hosting;

namespace IdResolution.Server.Rest;

/// <summary>What rendered answers depend on besides the record: the public URL and the texts of templates.</summary>
internal sealed class RenderContext(Node node, PublicAddress address)
{
    private volatile RenderTag? _render;

    /// <summary>Renderings of another epoch are not used.</summary>
    public long Epoch => node.Catalog.Current.TextEpoch;

    /// <summary>The record of an entry as JSON for a view, rendered once for each entry.</summary>
    public Rendering Json(CachedRecord entry, View view)
    {
        var epoch = Epoch;
        if (entry[view, RenderingForm.Json] is { } kept && kept.Epoch == epoch)
        {
            return kept;
        }
        var record = RecordReader.Read(entry.Record!, node.Catalog.Current, view);
        var rendering = new Rendering(RecordJson.Render(record), Tag(record.Version, view, "json", "x"), epoch);
        entry[view, RenderingForm.Json] = rendering;
        node.Cache.Grown(entry);
        return rendering;
    }

    /// <summary>An entity tag.</summary>
    public string Tag(long version, View view, string media, string language) =>
        string.Concat(string.Concat("W/\"", version.ToString(), "-"), ViewName(view), string.Concat("-", media, "-", language), string.Concat("-", Render(), "\""));

    private static string ViewName(View view) => view switch
    {
        View.Public => "public",
        View.Partner => "partner",
        View.Full => "full",
        _ => "admin",
    };

    private string Render()
    {
        var current = _render;
        var epoch = Epoch;
        if (current?.Epoch != epoch || !ReferenceEquals(current.Url, address.Url))
        {
            current = new RenderTag(epoch, address.Url, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{address.Url}\n{epoch}")).AsSpan(0, 4)));
            _render = current;
        }
        return current.Text;
    }

    // One object, so that no reader sees the epoch of one and the text of another.
    private sealed record RenderTag(long Epoch, string Url, string Text);
}
