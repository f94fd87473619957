using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.Coherence;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Resolution;
using IdResolution.Core.Templates;
using IdResolution.Server.Http;

namespace IdResolution.Server.Rest;

/// <summary>
/// The call <c>GET /api/v1/identifiers/{id}</c>, the hot path. A record in L1 is answered before routing, from bytes
/// that were rendered before. This does not wait, and its allocations do not grow with the record. All other requests
/// go to <see cref="GetAsync"/>.
/// </summary>
internal sealed class ResolveEndpoint(
    TimeProvider time,
    IdentifierReader reader,
    RecordQueries queries,
    ApiKeyAuthenticator callers,
    RenderContext render,
    PrefixRoutes routes
)
{
    /// <summary>The path before the identifier.</summary>
    public const string Route = "/api/v1/identifiers/";

    /// <summary>Answers from L1. Null if the request must take the slow path.</summary>
    public Task? TryFast(HttpContext context, string target)
    {
        if (!target.StartsWith(Route, StringComparison.Ordinal))
        {
            return null;
        }
        var headers = context.Request.Headers;
        Span<byte> key = stackalloc byte[LookupKey.MaxLength];
        if (
            headers.IfNoneMatch.Count > 0
            || !RequestTarget.TryFold(target.AsSpan(Route.Length), key, out var length)
            || !callers.Find(headers.Authorization).TryGet(out var caller, out _)
            || caller is null
            || caller.Limiter is not null
            || DotSegment.IsIn(target)
            || reader.FindCached(key[..length], caller, out var projection) is not { } entry
            || entry.Find(projection, RenderingForm.Json, render.Epoch) is not { } rendering
            || (rendering.Body.Length >= Compression.WorthIt && headers.AcceptEncoding.Count > 0)
            || rendering.Body.Length > HeldAnswers.AlwaysHeld
        )
        {
            return null;
        }
        reader.CountHit(entry);
        return WriteAsync(context, rendering);
    }

    /// <summary>
    /// True for a resolution that needs no later middleware: it belongs to this route, its answer is not compressed,
    /// and it has no query that would have to be looked at.
    /// </summary>
    public static bool IsPlain(HttpContext context, string target) =>
        HttpMethods.IsGet(context.Request.Method)
        && target.StartsWith(Route, StringComparison.Ordinal)
        && context.Request.Headers.AcceptEncoding.Count == 0
        && !target.Contains('?', StringComparison.Ordinal);

    /// <summary>Resolves the identifier in the target, without the limits of the fast path.</summary>
    public async Task GetAsync(HttpContext context)
    {
        // A call without a query may not have been routed.
        var partner = context.Request.QueryString.HasValue ? HttpResults.Text(context, "as") : null;
        if (!queries.As(partner, context.Caller()).TryGet(out var caller, out var error))
        {
            await Problem.WriteAsync(context, error);
            return;
        }
        var parsed = IsByKey(context)
            ? await queries.FindByKeyAsync(
                HttpResults.Text(context, "source"),
                HttpResults.Text(context, "sourceKey"),
                HttpResults.Text(context, "prefix"),
                caller,
                context.RequestAborted
            )
            : IdentifierTarget.Parse(context, Route);
        if (parsed.IsOk)
        {
            await AnswerAsync(context, parsed.Value, caller);
        }
        else
        {
            await Problem.WriteAsync(context, parsed.Error);
        }
    }

    /// <summary>True if the item is named by a business key instead of its identifier.</summary>
    private static bool IsByKey(HttpContext context) =>
        context.Request.Query is { Count: > 0 } query
        && (query.ContainsKey("source") || query.ContainsKey("sourceKey"))
        && !query.ContainsKey("id")
        && context.Request.Path.Value!.Length <= Route.Length;

    /// <summary>Answers with the record of an identifier as JSON, as the caller may see it.</summary>
    public Task AnswerAsync(HttpContext context, Identifier identifier) =>
        AnswerAsync(context, identifier, context.Caller());

    private async Task AnswerAsync(HttpContext context, Identifier identifier, Caller caller)
    {
        var end = await reader.ReadAsync(identifier, caller, context.RequestAborted);
        var stale = CacheHeaders.MarkStale(context.Response, end.Age);
        switch (end.Kind)
        {
            case ResolutionKind.Found:
                await AnswerAsync(context, render.Json(end.Entry!, end.Projection!), stale);
                break;
            case ResolutionKind.Template:
                RedirectTo(context, end.Template!);
                break;
            case ResolutionKind.Foreign:
                SetForeignHeaders(context.Response, end.Foreign!);
                await BytesAnswer.WriteAsync(
                    context,
                    StatusCodes.Status200OK,
                    "application/json",
                    RecordJson.Render(end.Foreign!)
                );
                break;
            default:
                await Problem.WriteAsync(context, end.Error!);
                break;
        }
    }

    /// <inheritdoc cref="CacheHeaders.SetForeign"/>
    public void SetForeignHeaders(HttpResponse response, ForeignRecord record) =>
        CacheHeaders.SetForeign(response, record, time);

    /// <summary>Redirects from a template's own identifier to the template.</summary>
    public static void RedirectTo(HttpContext context, Template template)
    {
        context.Response.Headers.Location = $"/api/v1/templates/{template.Code}";
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
    }

    /// <summary>
    /// Redirects to the enterprise's node, if the prefix is routed on, whether or not there is such an identifier. Not
    /// with POST: its body holds a key of this node.
    /// </summary>
    public bool SendOn(HttpContext context, Identifier identifier)
    {
        if (
            HttpMethods.IsPost(context.Request.Method)
            || routes.Find(identifier.Prefix.Text)?.RedirectBase is not { } node
        )
        {
            return false;
        }
        context.Response.Headers.Location = PublicAddress.Of(node, identifier.Text);
        context.Response.StatusCode = StatusCodes.Status307TemporaryRedirect;
        return true;
    }

    private static Task AnswerAsync(HttpContext context, Rendering rendering, bool stale)
    {
        if (stale || !Conditional.IsSame(context.Request.Headers.IfNoneMatch, rendering.Tag))
        {
            return WriteAsync(context, rendering);
        }
        context.Response.StatusCode = StatusCodes.Status304NotModified;
        SetHeaders(context, rendering.Tag);
        return Task.CompletedTask;
    }

    private static Task WriteAsync(HttpContext context, Rendering rendering)
    {
        var response = context.Response;
        SetHeaders(context, rendering.Tag);
        if (rendering.Body.Length > HeldAnswers.AlwaysHeld)
        {
            return BytesAnswer.WriteAsync(context, StatusCodes.Status200OK, "application/json", rendering.Body);
        }
        response.ContentType = "application/json";
        response.ContentLength = rendering.Body.Length;
        return HttpMethods.IsHead(context.Request.Method)
            ? Task.CompletedTask
            : response.Body.WriteAsync(rendering.Body, 0, rendering.Body.Length);
    }

    private static void SetHeaders(HttpContext context, string tag)
    {
        var headers = context.Response.Headers;
        headers.ETag = tag;
        headers.Vary = Conditional.Vary;
        CacheHeaders.SetRevalidated(context);
    }
}
