using IdResolution.Core.Primitives;
using IdResolution.Core.Traceability;
using IdResolution.Server.Http;
using IdResolution.Server.Pages;

namespace IdResolution.Server.Rest;

/// <summary>
/// Answers <c>/trace?id=&amp;direction=&amp;template=</c>, a trace to print: with a key in the header or posted by the
/// form. Other questions are for <c>/api/v1/trace</c> with <c>format=html</c>.
/// </summary>
internal sealed class TracePageEndpoint(
    Tracer tracer,
    PageEndpoints page,
    TraceContents contents,
    PageRenderer pages,
    ThingFinder finder,
    RestDenials audit
)
{
    public async Task AnswerAsync(HttpContext context)
    {
        var language = PageEndpoints.LanguageOf(context);
        var isPost = HttpMethods.IsPost(context.Request.Method);
        var key = isPost ? await page.KeyAsync(context) : context.Caller();
        if (!key.TryGet(out var caller, out _) || caller.IsAnonymous)
        {
            await page.AskForKeyAsync(context, RequestTarget.Of(context), rejected: isPost, language);
            return;
        }
        var query = context.Request.Query;
        var id = query["id"].ToString();
        var named = await finder.NameAsync(id, "id", caller, context.RequestAborted);
        if (!named.TryGet(out var root, out var error))
        {
            await page.ErrorAsync(context, id, error, language);
            return;
        }
        var asked = new TraceQuery
        {
            Root = root,
            Direction =
                Enum.TryParse<TraceDirection>(query["direction"], ignoreCase: true, out var direction)
                && Enum.IsDefined(direction)
                    ? direction
                    : TraceDirection.Backward,
            Templates = [.. query["template"].OfType<string>()],
            Budget = TraceGraph.MaxNodes,
        };
        var traced = await tracer.ReportAsync(asked, explain: null, caller, context.RequestAborted);
        if (!traced.TryGet(out var made, out error))
        {
            await page.ErrorAsync(context, id, error, language);
            return;
        }
        using var report = made;
        audit.NoteRead(context, "trace");
        var content = contents.Page(report, language, SwitchUrl(context, language));
        await PageAnswer.WriteAsync(context, StatusCodes.Status200OK, await pages.TraceAsync(content, language));
    }

    private static string SwitchUrl(HttpContext context, Language language)
    {
        var direction = Uri.EscapeDataString(context.Request.Query["direction"].ToString());
        return $"{PageEndpoints.SwitchUrl(context, language)}&direction={direction}";
    }
}
