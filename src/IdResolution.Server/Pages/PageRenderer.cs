using System.Text.Encodings.Web;
using System.Text.Unicode;
using IdResolution.Core.Primitives;
using IdResolution.Server.Pages.Components;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;

namespace IdResolution.Server.Pages;

/// <summary>
/// Draws the pages: makes a whole HTML document in UTF-8 from a view model. Pages have no scripts and load nothing, so
/// they open on any phone and pass the strictest <see cref="ContentSecurityPolicy"/>.
/// </summary>
/// <param name="services">Provides <see cref="Encoder"/> to the framework.</param>
/// <param name="loggers">The loggers of the framework.</param>
internal sealed class PageRenderer(IServiceProvider services, ILoggerFactory loggers)
{
    private const int UsualLength = 16 * 1024;

    /// <summary>
    /// Encodes characters that could end a text or an attribute, and invisible ones. Chinese stays readable in the HTML
    /// source.
    /// </summary>
    public static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    public Task<byte[]> RecordAsync(RecordPage page, Language language) =>
        RenderAsync<RecordDetails>(language, new() { [nameof(RecordDetails.Page)] = page });

    /// <summary>The page in place of a revoked item, sent with 410.</summary>
    public Task<byte[]> TombstoneAsync(string identifier, Language language) =>
        NoticeAsync(PageTexts.RevokedTitle, identifier, PageTexts.RevokedNote, null, language);

    /// <summary>The page for an identifier without record, sent with 404.</summary>
    public Task<byte[]> NotFoundAsync(string identifier, Language language) =>
        NoticeAsync(PageTexts.NotFoundTitle, identifier, PageTexts.NotFoundNote, identifier, language);

    /// <summary>The page for an identifier whose check characters do not fit, sent with 404.</summary>
    /// <param name="identifier">The identifier asked for.</param>
    /// <param name="proposals">Registered identifiers that may be meant.</param>
    /// <param name="language">The page's language.</param>
    public Task<byte[]> MistypedAsync(string identifier, IReadOnlyList<string> proposals, Language language) =>
        RenderAsync<Notice>(
            language,
            new()
            {
                [nameof(Notice.Title)] = PageTexts.MistypedTitle,
                [nameof(Notice.Identifier)] = identifier,
                [nameof(Notice.Message)] = proposals.Count > 0 ? PageTexts.MistypedAlike : PageTexts.MistypedNote,
                [nameof(Notice.Proposals)] = proposals,
            }
        );

    /// <summary>The page for all other errors.</summary>
    /// <param name="message">What is wrong.</param>
    /// <param name="language">The page's language.</param>
    /// <param name="typed">What was typed or scanned, to be mended in the field; null for nothing.</param>
    public Task<byte[]> ErrorAsync(Text message, Language language, string? typed = null) =>
        RenderAsync<Notice>(
            language,
            new()
            {
                [nameof(Notice.Title)] = PageTexts.ErrorTitle,
                [nameof(Notice.Message)] = message,
                [nameof(Notice.Typed)] = typed,
            }
        );

    /// <summary>The sheet of scanner settings.</summary>
    public Task<byte[]> ScannersAsync(ScannerPage page, Language language) =>
        RenderAsync<ScannerSettings>(language, new() { [nameof(ScannerSettings.Page)] = page });

    /// <summary>The page in place of one that is not there, sent with 404.</summary>
    /// <param name="typed">The path, which may be meant for an identifier.</param>
    /// <param name="language">The page's language.</param>
    public Task<byte[]> NoPageAsync(string typed, Language language) =>
        NoticeAsync(PageTexts.NoPageTitle, null, PageTexts.NoPageNote, typed, language);

    /// <summary>The page for a prefix alone, sent with 404.</summary>
    /// <param name="typed">The prefix and a slash.</param>
    /// <param name="language">The page's language.</param>
    public Task<byte[]> NoSuffixAsync(string typed, Language language) =>
        NoticeAsync(PageTexts.NoSuffixTitle, null, PageTexts.NoSuffixNote, typed, language);

    /// <summary>
    /// The page with a form that posts a key as <c>key</c>. Shown if anonymous reading is switched off.
    /// </summary>
    /// <param name="actionUrl">The URL that the form is posted to, on this origin.</param>
    /// <param name="identifier">The identifier that the caller wants to see.</param>
    /// <param name="rejected">True if the caller sent a key that was not accepted.</param>
    /// <param name="language">The page's language.</param>
    public Task<byte[]> AskForKeyAsync(string actionUrl, string identifier, bool rejected, Language language) =>
        RenderAsync<KeyRequest>(
            language,
            new()
            {
                [nameof(KeyRequest.ActionUrl)] = actionUrl,
                [nameof(KeyRequest.Identifier)] = identifier,
                [nameof(KeyRequest.Rejected)] = rejected,
            }
        );

    public Task<byte[]> HomeAsync(HomePage page, Language language) =>
        RenderAsync<Home>(language, new() { [nameof(Home.Page)] = page });

    /// <summary>The enterprises whose records this node takes.</summary>
    public Task<byte[]> EnterprisesAsync(EnterprisePage page, Language language) =>
        RenderAsync<Enterprises>(language, new() { [nameof(Enterprises.Page)] = page });

    /// <summary>A trace to look at and to print.</summary>
    public Task<byte[]> TraceAsync(TracePage page, Language language) =>
        RenderAsync<TraceDetails>(language, new() { [nameof(TraceDetails.Page)] = page });

    private Task<byte[]> NoticeAsync(Text title, string? identifier, Text message, string? typed, Language language) =>
        RenderAsync<Notice>(
            language,
            new()
            {
                [nameof(Notice.Title)] = title,
                [nameof(Notice.Identifier)] = identifier,
                [nameof(Notice.Message)] = message,
                [nameof(Notice.Typed)] = typed,
            }
        );

    private async Task<byte[]> RenderAsync<TPage>(Language language, Dictionary<string, object?> parameters)
        where TPage : PageComponent
    {
        parameters[nameof(PageComponent.Language)] = language;
        // A renderer keeps all components that it has drawn, so each page gets its own renderer.
        await using var renderer = new HtmlRenderer(services, loggers);
        return await renderer.Dispatcher.InvokeAsync(async () =>
        {
            var root = await renderer.RenderComponentAsync<TPage>(ParameterView.FromDictionary(parameters));
            using var html = new MemoryStream(UsualLength);
            using (var writer = new StreamWriter(html, leaveOpen: true))
            {
                root.WriteHtmlTo(writer);
            }
            return html.ToArray();
        });
    }
}
