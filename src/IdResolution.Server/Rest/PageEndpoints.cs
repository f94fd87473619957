using IdResolution.Core.Access;
using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Primitives;
using IdResolution.Core.Resolution;
using IdResolution.Server.Http;
using IdResolution.Server.Pages;
using IdResolution.Server.Telemetry;

namespace IdResolution.Server.Rest;

/// <summary>
/// <c>GET /{prefix}/{suffix}</c>, the URL in QR codes: answers a page for people, or JSON for machines. Also answers
/// <c>/r?id=</c> and the home page.
/// </summary>
internal sealed class PageEndpoints(
    IdentifierReader reader,
    PostedKey keys,
    ResolveEndpoint resolve,
    RenderContext render,
    PageContents contents,
    PageRenderer pages
) : IRootPath
{
    /// <summary>The methods of pages that show a record. A form with a key is posted.</summary>
    public static readonly string[] Methods = ["GET", "HEAD", "POST"];

    public async Task HomeAsync(HttpContext context)
    {
        var language = LanguageOf(context);
        var home = contents.Home(context.Caller(), SwitchUrl(context, language));
        await PageAnswer.WriteAsync(context, StatusCodes.Status200OK, await pages.HomeAsync(home, language));
    }

    /// <summary>Resolves a path whose first segment has the form of a prefix.</summary>
    public Task? TryAnswer(HttpContext context, string target)
    {
        var slash = target.IndexOf('/', 1);
        if (slash <= 0 || !Prefix.IsValid(target.AsSpan(1, slash - 1)))
        {
            return null;
        }
        return Methods.Contains(context.Request.Method)
            ? AnswerAsync(context, IdentifierTarget.Parse(context, "/"))
            : MethodNotAllowed.AnswerAsync(context, Methods);
    }

    /// <summary>Resolves <c>/r?id=</c>, for identifiers that a path cannot hold.</summary>
    public Task ByQueryAsync(HttpContext context) => AnswerAsync(context, IdentifierTarget.Parse(context, "/r"));

    private async Task UnreadableAsync(HttpContext context, Error error, Language language)
    {
        var page = await pages.ErrorAsync(error.Message, language, TypedIn(context));
        await PageAnswer.WriteAsync(context, StatusCodes.Status400BadRequest, page);
    }

    private async Task AnswerAsync(HttpContext context, Result<Identifier> parsed)
    {
        if (parsed.IsOk && resolve.SendOn(context, parsed.Value))
        {
            return;
        }
        context.Response.Headers.Vary = Conditional.Vary;
        var language = LanguageOf(context);
        if (!HttpMethods.IsPost(context.Request.Method) && !AcceptMedia.PrefersHtml(context.Request.Headers.Accept))
        {
            await (
                parsed.IsOk ? resolve.AnswerAsync(context, parsed.Value) : Problem.WriteAsync(context, parsed.Error)
            );
            return;
        }
        if (!parsed.TryGet(out var identifier, out var error))
        {
            await UnreadableAsync(context, error, language);
            return;
        }
        var caller = HttpMethods.IsPost(context.Request.Method) ? await KeyAsync(context) : context.Caller();
        await (
            caller.IsOk
                ? RecordAsync(context, identifier, caller.Value, language)
                : AskForKeyAsync(context, identifier.Text, rejected: true, language)
        );
    }

    /// <summary>Shows the form for a key, posted to the same URL.</summary>
    /// <param name="context">The request.</param>
    /// <param name="asked">What the caller wants to see.</param>
    /// <param name="rejected">True if a key was sent and not accepted.</param>
    /// <param name="language">The page's language.</param>
    public async Task AskForKeyAsync(HttpContext context, string asked, bool rejected, Language language)
    {
        context.Response.Headers.WWWAuthenticate = Problem.Challenge(
            rejected ? ErrorCode.AuthenticationFailed : ErrorCode.Unauthenticated
        );
        var page = await pages.AskForKeyAsync(RequestTarget.Of(context), asked, rejected, language);
        await PageAnswer.WriteAsync(context, StatusCodes.Status401Unauthorized, page);
    }

    /// <summary>Resolves for a caller, and answers with the page that fits the outcome.</summary>
    public async Task RecordAsync(HttpContext context, Identifier identifier, Caller caller, Language language)
    {
        var end = await reader.ReadAsync(identifier, caller, context.RequestAborted);
        var stale = CacheHeaders.MarkStale(context.Response, end.Age);
        switch (end.Kind)
        {
            case ResolutionKind.Found:
                await RecordAsync(context, identifier, end, caller, language);
                break;
            case ResolutionKind.Template:
                ResolveEndpoint.RedirectTo(context, end.Template!);
                break;
            case ResolutionKind.Foreign:
                await ForeignAsync(context, end.Foreign!, language);
                break;
            case ResolutionKind.Revoked:
                var tombstone = await pages.TombstoneAsync(identifier.Text, language);
                await PageAnswer.WriteAsync(context, StatusCodes.Status410Gone, tombstone);
                break;
            case ResolutionKind.Refused:
                await AskForKeyAsync(context, identifier.Text, rejected: false, language);
                break;
            default:
                await ErrorAsync(context, identifier.Text, end.Error!, language);
                break;
        }
    }

    private async Task RecordAsync(
        HttpContext context,
        Identifier identifier,
        ResolutionEnd end,
        Caller caller,
        Language language
    )
    {
        var (stored, projection, stale) = (end.Record!, end.Projection!, end.Age is not null);
        var story = stale ? null : await contents.StoryAsync(identifier, caller, language, context.RequestAborted);
        // What happens to an item does not change its record, so a page with a story has no tag.
        if (!HttpMethods.IsPost(context.Request.Method) && story is null)
        {
            var tag = render.Tag(stored.Version, projection, "html", language == Language.Chinese ? "zh" : "en");
            context.Response.Headers.ETag = tag;
            CacheHeaders.SetRevalidated(context);
            if (!stale && Conditional.IsSame(context.Request.Headers.IfNoneMatch, tag))
            {
                context.Response.StatusCode = StatusCodes.Status304NotModified;
                return;
            }
        }
        var record = contents.Record(stored, projection, stale, language, SwitchUrl(context, language)) with
        {
            Story = story,
            AsksForKey = caller.IsAnonymous,
        };
        await PageAnswer.WriteAsync(context, StatusCodes.Status200OK, await pages.RecordAsync(record, language));
    }

    private async Task ForeignAsync(HttpContext context, ForeignRecord foreign, Language language)
    {
        if (!HttpMethods.IsPost(context.Request.Method))
        {
            resolve.SetForeignHeaders(context.Response, foreign);
        }
        var record = contents.Record(foreign, language, SwitchUrl(context, language));
        await PageAnswer.WriteAsync(context, StatusCodes.Status200OK, await pages.RecordAsync(record, language));
    }

    /// <summary>Answers with the page that fits an error.</summary>
    /// <param name="context">The request.</param>
    /// <param name="asked">What was asked for, to be mended in the field.</param>
    /// <param name="error">The error.</param>
    /// <param name="language">The page's language.</param>
    public async Task ErrorAsync(HttpContext context, string asked, Error error, Language language)
    {
        var status = ErrorMap.HttpStatus(error.Code, writing: false);
        RequestOutcome.Note(context, error.Code.ToString());
        if (status is StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable)
        {
            context.Response.Headers.RetryAfter = "5";
        }
        var page = await (
            (status, error.Code) switch
            {
                (_, ErrorCode.Mistyped) => pages.MistypedAsync(asked, error.Proposals, language),
                (StatusCodes.Status404NotFound, _) => pages.NotFoundAsync(asked, language),
                _ => pages.ErrorAsync(error.Message, language, asked),
            }
        );
        await PageAnswer.WriteAsync(context, status, page);
    }

    /// <summary>
    /// Answers a browser whose path nothing is at: with a page, where the path, or the prefix that it is, can be made
    /// an identifier. Null if the caller is no browser, or the path belongs to an interface.
    /// </summary>
    public Task? TryAnswerNothing(HttpContext context, string target)
    {
        var isRead = HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method);
        if (
            !isRead
            || target.StartsWith("/api/", StringComparison.Ordinal)
            || !AcceptMedia.PrefersHtml(context.Request.Headers.Accept)
        )
        {
            return null;
        }
        context.Response.Headers.Vary = Conditional.Vary;
        RequestOutcome.Note(context, nameof(ErrorCode.NotFound));
        return NothingAsync(context, TypedIn(context), LanguageOf(context));
    }

    private async Task NothingAsync(HttpContext context, string typed, Language language)
    {
        var page = await (
            Prefix.IsValid(typed) ? pages.NoSuffixAsync(typed + "/", language) : pages.NoPageAsync(typed, language)
        );
        await PageAnswer.WriteAsync(context, StatusCodes.Status404NotFound, page);
    }

    /// <summary>What somebody typed: the parameter <c>id</c>, or the path without its slash.</summary>
    private static string TypedIn(HttpContext context)
    {
        if (context.Request.Query["id"].FirstOrDefault() is { } id)
        {
            return id;
        }
        var path = RequestTarget.Of(context).Split('?')[0][1..];
        return RequestTarget.Decode(path) ?? path;
    }

    /// <summary>The caller whose key the posted form holds.</summary>
    public ValueTask<Result<Caller>> KeyAsync(HttpContext context) => keys.FindAsync(context);

    /// <summary>The language asked for by <c>lang</c>, else by the header.</summary>
    public static Language LanguageOf(HttpContext context) =>
        context.Request.Query["lang"].FirstOrDefault() switch
        {
            "zh" => Language.Chinese,
            "en" => Language.English,
            _ => AcceptLanguage.Choose(context.Request.Headers.AcceptLanguage),
        };

    /// <summary>The URL of the same page in the other language.</summary>
    public static string SwitchUrl(HttpContext context, Language language)
    {
        var target = RequestTarget.Of(context).Split('?');
        var id = context.Request.Query["id"].FirstOrDefault();
        return $"{target[0]}?{(id is null ? "" : $"id={Uri.EscapeDataString(id)}&")}"
            + $"lang={(language == Language.Chinese ? "en" : "zh")}";
    }
}
