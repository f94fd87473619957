using IdResolution.Core.Primitives;
using IdResolution.Server.Pages;

namespace IdResolution.Server.Tests.Pages;

/// <summary>Every page with one text in every dynamic place.</summary>
internal static class PageSamples
{
    public static RecordPage Record(string text) =>
        new()
        {
            Identifier = text,
            TemplateName = text,
            CategoryName = text,
            Status = text,
            Version = 3,
            CreatedAt = new DateTimeOffset(2026, 3, 4, 5, 6, 7, TimeSpan.FromHours(8)),
            UpdatedAt = new DateTimeOffset(2026, 12, 31, 23, 59, 59, TimeSpan.Zero),
            Rows =
            [
                new PageRow(text, text, text, text),
                new PageRow(text, "https://example.com/" + text, text, "/88.1/" + text),
                new PageRow(text, text),
            ],
            QrSvg = text,
            JsonUrl = "/api/v1/identifiers/" + text,
            Stale = true,
            LanguageSwitchUrl = "?lang=" + text,
        };

    public static IEnumerable<(string Name, byte[] Html)> All(string text, Language language) =>
        [
            (nameof(PageRenderer.Record), PageRenderer.Record(Record(text), language)),
            (nameof(PageRenderer.Tombstone), PageRenderer.Tombstone(text, language)),
            (nameof(PageRenderer.NotFound), PageRenderer.NotFound(text, language)),
            (nameof(PageRenderer.AskForKey), PageRenderer.AskForKey("/r?id=" + text, text, false, language)),
            (nameof(PageRenderer.AskForKey), PageRenderer.AskForKey(text, text, true, language)),
            (nameof(PageRenderer.Error), PageRenderer.Error(new Text(text, text), language)),
            (nameof(PageRenderer.Home), PageRenderer.Home(new HomePage(text, [text, text], text), language)),
        ];
}
