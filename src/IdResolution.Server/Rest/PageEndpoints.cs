using System.Text;
using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Primitives;
using IdResolution.Core.Records;
using IdResolution.Core.Resolution;
using IdResolution.Core.Templates;
using IdResolution.Core.Views;
using IdResolution.Server.Http;
using IdResolution.Server.Labels;
using IdResolution.Server.Pages;
using IdResolution.Server.Telemetry;

namespace IdResolution.Server.Rest;

/// <summary>
/// <c>GET /{prefix}/{suffix}</c>, what QR codes point to: a page for people, JSON for machines. Also <c>/r?id=</c> and
/// the home page.
/// </summary>
internal sealed class PageEndpoints(
    CatalogHolder catalog,
    IdentifierReader reader,
    ApiKeyAuthenticator callers,
    ResolveEndpoint resolve,
    RenderContext render,
    PublicAddress address
) : IRootPath
{
    private const int MaxForm = 4_096;
    private const string FormType = "application/x-www-form-urlencoded";

    public Task HomeAsync(HttpContext context)
    {
        var language = LanguageOf(context);
        return PageAsync(
            context,
            StatusCodes.Status200OK,
            PageRenderer.Home(
                new HomePage(
                    "IdResolution",
                    [.. catalog.Current.Prefixes.Select(p => p.Text)],
                    SwitchUrl(context, language)
                ),
                language
            )
        );
    }

    /// <summary>Resolves a path whose first segment is a prefix.</summary>
    public Task? TryAnswer(HttpContext context, string target)
    {
        var slash = target.IndexOf('/', 1);
        var method = context.Request.Method;
        var isTaken = HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsPost(method);
        return slash > 0 && isTaken && Prefix.IsValid(target.AsSpan(1, slash - 1))
            ? AnswerAsync(context, IdentifierTarget.Parse(context, "/"))
            : null;
    }

    /// <summary><c>/r?id=</c>: for identifiers that do not fit a path.</summary>
    public Task ByQueryAsync(HttpContext context) => AnswerAsync(context, IdentifierTarget.Parse(context, "/r"));

    private async Task AnswerAsync(HttpContext context, Result<Identifier> parsed)
    {
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
            await PageAsync(context, StatusCodes.Status400BadRequest, PageRenderer.Error(error.Message, language));
            return;
        }
        var caller = context.Caller();
        var rejected = false;
        if (HttpMethods.IsPost(context.Request.Method))
        {
            var byKey = await KeyAsync(context);
            rejected = !byKey.IsOk;
            caller = byKey.IsOk ? byKey.Value : caller;
        }
        await (
            rejected
                ? AskForKeyAsync(context, identifier, rejected, language)
                : RecordAsync(context, identifier, caller, language)
        );
    }

    private static Task AskForKeyAsync(HttpContext context, Identifier identifier, bool rejected, Language language)
    {
        context.Response.Headers.WWWAuthenticate = Problem.Challenge(
            rejected ? ErrorCode.AuthenticationFailed : ErrorCode.Unauthenticated
        );
        return PageAsync(
            context,
            StatusCodes.Status401Unauthorized,
            PageRenderer.AskForKey(RequestTarget.Of(context), identifier.Text, rejected, language)
        );
    }

    private async Task RecordAsync(HttpContext context, Identifier identifier, Caller caller, Language language)
    {
        var end = await reader.ReadAsync(identifier, caller, context.RequestAborted);
        var stale = ResolveEndpoint.MarkStale(context, end);
        switch (end.Kind)
        {
            case ResolutionKind.Found:
                await RecordAsync(context, end.Record!, caller, stale, language);
                break;
            case ResolutionKind.Template:
                ResolveEndpoint.RedirectTo(context, end.Template!);
                break;
            case ResolutionKind.Foreign:
                if (!HttpMethods.IsPost(context.Request.Method))
                {
                    resolve.SetForeignHeaders(context.Response, end.Foreign!);
                }
                await PageAsync(
                    context,
                    StatusCodes.Status200OK,
                    PageRenderer.Record(Page(context, end.Foreign!, language), language)
                );
                break;
            case ResolutionKind.Revoked:
                await PageAsync(context, StatusCodes.Status410Gone, PageRenderer.Tombstone(identifier.Text, language));
                break;
            case ResolutionKind.Refused:
                await AskForKeyAsync(context, identifier, rejected: false, language);
                break;
            default:
                await ErrorAsync(context, identifier, end.Error!, language);
                break;
        }
    }

    private async Task RecordAsync(
        HttpContext context,
        StoredRecord stored,
        Caller caller,
        bool stale,
        Language language
    )
    {
        if (!HttpMethods.IsPost(context.Request.Method))
        {
            var tag = render.Tag(stored.Version, caller.Projection, "html", language == Language.Chinese ? "zh" : "en");
            context.Response.Headers.ETag = tag;
            context.Response.Headers.CacheControl = "no-cache";
            if (!stale && Conditional.IsSame(context.Request.Headers.IfNoneMatch, tag))
            {
                context.Response.StatusCode = StatusCodes.Status304NotModified;
                return;
            }
        }
        await PageAsync(context, StatusCodes.Status200OK, Html(context, stored, caller, stale, language));
    }

    private static async Task ErrorAsync(HttpContext context, Identifier identifier, Error error, Language language)
    {
        var status = ErrorMap.HttpStatus(error.Code, writing: false);
        RequestOutcome.Note(context, error.Code.ToString());
        if (status is StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable)
        {
            context.Response.Headers.RetryAfter = "5";
        }
        await PageAsync(
            context,
            status,
            status == StatusCodes.Status404NotFound
                ? PageRenderer.NotFound(identifier.Text, language)
                : PageRenderer.Error(error.Message, language)
        );
    }

    private static RecordPage Page(HttpContext context, ForeignRecord record, Language language) =>
        new()
        {
            Identifier = record.Identifier,
            Status = "active",
            ForeignReadAt = record.ReadAt,
            Rows = [.. record.Values.Select(value => Row(value, language))],
            JsonUrl = "/api/v1/identifiers?id=" + Uri.EscapeDataString(record.Identifier),
            LanguageSwitchUrl = SwitchUrl(context, language),
        };

    private static PageRow Row(RawValue value, Language language) =>
        new(
            $"{value.Type} ({value.Index})",
            RecordJson.IsText(value.Data)
                ? Encoding.UTF8.GetString(value.Data)
                : new Text($"{value.Data.Length} bytes, not text", $"{value.Data.Length} 字节，非文本").In(language)
        );

    private byte[] Html(HttpContext context, StoredRecord stored, Caller caller, bool stale, Language language) =>
        PageRenderer.Record(
            Page(context, RecordReader.Read(stored, catalog.Current, caller.Projection), stale, language),
            language
        );

    private RecordPage Page(HttpContext context, Record record, bool stale, Language language)
    {
        var rows = new List<PageRow>(record.Attributes.Count + record.Values.Count);
        foreach (var (attribute, canonical) in record.Attributes)
        {
            var items = ValueCodec.Items(attribute, canonical);
            var href =
                attribute.Type == AttributeType.Reference && items.Count == 1
                    ? "/r?id=" + Uri.EscapeDataString(items[0])
                    : null;
            rows.Add(
                new PageRow(
                    attribute.Names?.In(language, attribute.Code) ?? attribute.Code,
                    string.Join('\n', items),
                    attribute.Unit,
                    href
                )
            );
        }
        foreach (var value in record.Values)
        {
            rows.Add(Row(value, language));
        }
        var qr = QrOptions.Parse(address.Of(record.Identifier), null, null, null);
        var category =
            record.Template?.Category is { } code && catalog.Current.Categories.TryGetValue(code, out var found)
                ? found.Names?.In(language, code) ?? code
                : null;
        return new RecordPage
        {
            Identifier = record.Identifier,
            TemplateName = record.Template?.Names?.In(language, record.Template.Code),
            CategoryName = category,
            Status = "active",
            Version = (int)record.Version,
            CreatedAt = record.CreatedAt,
            UpdatedAt = record.UpdatedAt,
            Rows = rows,
            QrSvg = qr.IsOk ? QrCode.Svg(qr.Value) : null,
            JsonUrl = "/api/v1/identifiers?id=" + Uri.EscapeDataString(record.Identifier),
            Stale = stale,
            LanguageSwitchUrl = SwitchUrl(context, language),
        };
    }

    private async ValueTask<Result<Caller>> KeyAsync(HttpContext context)
    {
        if (
            context.Request.ContentType?.StartsWith(FormType, StringComparison.OrdinalIgnoreCase) != true
            || context.Request.ContentLength is null or > MaxForm
        )
        {
            return NoKey();
        }
        try
        {
            var form = await context.Request.ReadFormAsync(context.RequestAborted);
            var found = await callers.GetByKeyAsync(form["key"].ToString(), context.RequestAborted);
            return found.IsOk && ApiKeyAuthenticator.Limit(found.Value) is { } limited ? limited : found;
        }
        catch (InvalidDataException)
        {
            // More members than a form has.
            return NoKey();
        }
    }

    private static Error NoKey() => Error.Of(ErrorCode.Malformed, "A key is needed.", "需要密钥。", "key");

    private static Language LanguageOf(HttpContext context) =>
        context.Request.Query["lang"].FirstOrDefault() switch
        {
            "zh" => Language.Chinese,
            "en" => Language.English,
            _ => AcceptLanguage.Choose(context.Request.Headers.AcceptLanguage),
        };

    private static string SwitchUrl(HttpContext context, Language language)
    {
        var target = RequestTarget.Of(context).Split('?');
        var id = context.Request.Query["id"].FirstOrDefault();
        return $"{target[0]}?{(id is null ? "" : $"id={Uri.EscapeDataString(id)}&")}"
            + $"lang={(language == Language.Chinese ? "en" : "zh")}";
    }

    private static Task PageAsync(HttpContext context, int status, byte[] html)
    {
        context.Response.Headers.ContentSecurityPolicy = PageRenderer.ContentSecurityPolicy;
        context.Response.Headers.XContentTypeOptions = "nosniff";
        if (context.Response.Headers.CacheControl.Count == 0)
        {
            // What is refused or missing now may be there in a moment, and what a key opened is its holder's.
            context.Response.Headers.CacheControl = "no-store";
        }
        return HttpResults.BytesAsync(context, status, "text/html; charset=utf-8", html);
    }
}
