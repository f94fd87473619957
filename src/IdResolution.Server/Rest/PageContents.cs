using System.Text;
using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Primitives;
using IdResolution.Core.Records;
using IdResolution.Core.Resolution;
using IdResolution.Core.Templates;
using IdResolution.Core.Views;
using IdResolution.Server.Http;
using IdResolution.Server.Labels;
using IdResolution.Server.Pages;

namespace IdResolution.Server.Rest;

/// <summary>
/// Makes the view models of the pages, with texts in the page's language and only what the caller may see.
/// </summary>
internal sealed class PageContents(
    CatalogHolder catalog,
    AccessPolicy access,
    PublicAddress address,
    StoryContents stories,
    PlantClock plant
)
{
    /// <summary>The home page. It names the prefixes only to callers who may resolve there.</summary>
    public HomePage Home(Caller caller, string switchUrl) =>
        new(
            "IdResolution",
            access.MayResolve(caller) ? [.. catalog.Current.Prefixes.Select(p => p.Text).Where(caller.Shares)] : null,
            switchUrl
        );

    /// <summary>The page of a record of this node.</summary>
    public RecordPage Record(
        StoredRecord stored,
        Projection projection,
        bool stale,
        Language language,
        string switchUrl
    )
    {
        var record = RecordReader.Read(stored, catalog.Current, projection);
        var qr = QrOptions.Parse(address.Of(record.Identifier), null, null, null);
        return new RecordPage
        {
            Identifier = record.Identifier,
            TemplateName = record.Template?.Names?.In(language, record.Template.Code),
            CategoryName = CategoryName(record.Template, language),
            Status = "active",
            Version = (int)record.Version,
            CreatedAt = plant.At(record.CreatedAt),
            UpdatedAt = plant.At(record.UpdatedAt),
            Rows =
            [
                .. record.Attributes.Select(value => Row(value.Attribute, value.Canonical, language)),
                .. record.Values.Select(value => Row(value, language)),
            ],
            QrSvg = qr.IsOk ? QrCode.Svg(qr.Value) : null,
            JsonUrl = JsonUrl(record.Identifier),
            Stale = stale,
            LanguageSwitchUrl = switchUrl,
        };
    }

    /// <summary>What happened to an item; null for a caller who may not read events.</summary>
    public ValueTask<PageStory?> StoryAsync(
        Identifier identifier,
        Caller caller,
        Language language,
        CancellationToken cancellationToken
    ) => stories.ReadAsync(identifier, caller, language, cancellationToken);

    /// <summary>The page of a record of another node.</summary>
    public RecordPage Record(ForeignRecord record, Language language, string switchUrl) =>
        new()
        {
            Identifier = record.Identifier,
            Status = "active",
            ForeignReadAt = plant.At(record.ReadAt),
            Rows = [.. record.Values.Select(value => Row(value, language))],
            JsonUrl = JsonUrl(record.Identifier),
            LanguageSwitchUrl = switchUrl,
        };

    private string? CategoryName(Template? template, Language language) =>
        template?.Category is { } code && catalog.Current.Categories.TryGetValue(code, out var found)
            ? found.Names?.In(language, code) ?? code
            : null;

    private PageRow Row(AttributeDefinition attribute, string canonical, Language language)
    {
        var items = ValueCodec.Items(attribute, canonical);
        var href =
            attribute.Type == AttributeType.Reference && items.Count == 1
                ? "/r?id=" + Uri.EscapeDataString(items[0])
                : null;
        return new PageRow(
            attribute.Names?.In(language, attribute.Code) ?? attribute.Code,
            string.Join('\n', items.Select(item => plant.Shown(attribute, item, language))),
            attribute.UnitIn(language),
            href
        );
    }

    private static PageRow Row(RawValue value, Language language) =>
        new(
            $"{value.Type} ({value.Index})",
            RecordJson.IsText(value.Data)
                ? Encoding.UTF8.GetString(value.Data)
                : new Text($"{value.Data.Length} bytes, not text", $"{value.Data.Length} 字节，非文本").In(language)
        );

    private static string JsonUrl(string identifier) => "/api/v1/identifiers?id=" + Uri.EscapeDataString(identifier);
}
