using IdResolution.Core.Primitives;
using IdResolution.Server.Pages;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace IdResolution.Server.Tests.Pages;

/// <summary>The pages as the node sends them. Drawing one waits for nothing, so a test may take it at once.</summary>
internal static class RenderedPage
{
    private static readonly PageRenderer s_renderer = new(
        new ServiceCollection().AddPages().BuildServiceProvider(),
        NullLoggerFactory.Instance
    );

    public static byte[] Record(RecordPage page, Language language) => Drawn(s_renderer.RecordAsync(page, language));

    public static byte[] Tombstone(string identifier, Language language) =>
        Drawn(s_renderer.TombstoneAsync(identifier, language));

    public static byte[] NotFound(string identifier, Language language) =>
        Drawn(s_renderer.NotFoundAsync(identifier, language));

    public static byte[] AskForKey(string actionUrl, string identifier, bool rejected, Language language) =>
        Drawn(s_renderer.AskForKeyAsync(actionUrl, identifier, rejected, language));

    public static byte[] Mistyped(string identifier, IReadOnlyList<string> proposals, Language language) =>
        Drawn(s_renderer.MistypedAsync(identifier, proposals, language));

    public static byte[] Error(Text message, string typed, Language language) =>
        Drawn(s_renderer.ErrorAsync(message, language, typed));

    public static byte[] Scanners(ScannerPage page, Language language) =>
        Drawn(s_renderer.ScannersAsync(page, language));

    public static byte[] NoPage(string typed, Language language) => Drawn(s_renderer.NoPageAsync(typed, language));

    public static byte[] NoSuffix(string typed, Language language) => Drawn(s_renderer.NoSuffixAsync(typed, language));

    public static byte[] Home(HomePage page, Language language) => Drawn(s_renderer.HomeAsync(page, language));

    public static byte[] Enterprises(EnterprisePage page, Language language) =>
        Drawn(s_renderer.EnterprisesAsync(page, language));

    public static byte[] Trace(TracePage page, Language language) => Drawn(s_renderer.TraceAsync(page, language));

    private static byte[] Drawn(Task<byte[]> page)
    {
        Assert.That(page.IsCompleted, Is.True);
        return page.GetAwaiter().GetResult();
    }
}
