using System.Text;
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
            Story = Story(text),
            AsksForKey = true,
            LanguageSwitchUrl = "?lang=" + text,
        };

    private static PageStory Story(string text) =>
        new(
            [new PageRow(text, text, text, text)],
            [text, text],
            [
                new StoryRow(text, DateTimeOffset.UnixEpoch, true, [new PageRow(text, text, null, text)]),
                new StoryRow(text, DateTimeOffset.UnixEpoch, false, []),
            ],
            HasMore: true,
            "/trace?id=" + Uri.EscapeDataString(text),
            "/trace?id=" + Uri.EscapeDataString(text)
        );

    private static TracePage Trace(string text) =>
        new()
        {
            Root = text,
            Facts = [new PageRow(text, text)],
            IsComplete = false,
            Summary = [new PageRow(text, text)],
            Findings = [new PageRow(text, text)],
            Drawing = Encoding.UTF8.GetBytes(text),
            Rows = [new TraceRow(text, text, text, 1, text), new TraceRow(text, null, null, -1, null)],
            IsCut = true,
            LanguageSwitchUrl = "?lang=" + text,
        };

    private static ScannerPage Scanners(string text)
    {
        var both = new Text(text, text);
        return new ScannerPage(
            [
                new ScannerTest(1, both, "data:image/svg+xml;base64,AAAA", text, [new(true, both), new(false, both)]),
                new ScannerTest(2, both, "data:image/svg+xml;base64,AAAA", null, []),
            ],
            "?lang=" + text
        );
    }

    private static EnterprisePage Enterprises(string text) =>
        new(
            [
                new EnterpriseRow(text, [text, text])
                {
                    Identifiers = 12,
                    RegisteredAt = new DateTimeOffset(2026, 3, 4, 5, 6, 7, TimeSpan.Zero),
                    SeenAt = new DateTimeOffset(2026, 3, 4, 5, 6, 7, TimeSpan.Zero),
                    Route = text,
                },
                new EnterpriseRow(text, []) { Route = "" },
            ],
            "?after=" + Uri.EscapeDataString(text),
            "?lang=" + text
        );

    public static IEnumerable<(string Name, byte[] Html)> All(string text, Language language) =>
        [
            (nameof(RenderedPage.Record), RenderedPage.Record(Record(text), language)),
            (nameof(RenderedPage.Tombstone), RenderedPage.Tombstone(text, language)),
            (nameof(RenderedPage.NotFound), RenderedPage.NotFound(text, language)),
            (nameof(RenderedPage.AskForKey), RenderedPage.AskForKey("/r?id=" + text, text, false, language)),
            (nameof(RenderedPage.AskForKey), RenderedPage.AskForKey(text, text, true, language)),
            (nameof(RenderedPage.Error), RenderedPage.Error(new Text(text, text), text, language)),
            (nameof(RenderedPage.Mistyped), RenderedPage.Mistyped(text, [text, text], language)),
            (nameof(RenderedPage.Scanners), RenderedPage.Scanners(Scanners(text), language)),
            (nameof(RenderedPage.Enterprises), RenderedPage.Enterprises(Enterprises(text), language)),
            (nameof(RenderedPage.Enterprises), RenderedPage.Enterprises(new EnterprisePage([], null), language)),
            (nameof(RenderedPage.Trace), RenderedPage.Trace(Trace(text), language)),
            (nameof(RenderedPage.NoPage), RenderedPage.NoPage(text, language)),
            (nameof(RenderedPage.NoSuffix), RenderedPage.NoSuffix(text, language)),
            (nameof(RenderedPage.Home), RenderedPage.Home(new HomePage(text, [text, text], text), language)),
        ];
}
