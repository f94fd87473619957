using System.Globalization;
using IdResolution.Core.Access;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Records;
using IdResolution.Core.Registration;
using IdResolution.Core.Resolution;
using IdResolution.Server.Hosting;

namespace IdResolution.Server.Rest;

/// <summary>
/// <c>GET /api/v1/identifiers/{id}</c>, the hot path: ahead of routing, an L1 hit is answered from bytes rendered before, without waiting
/// and without allocating what grows with the record. Everything else falls through to <see cref="GetAsync"/>.
/// </summary>
internal sealed class ResolveEndpoint(Node node, Callers callers, RenderContext render)
{
    /// <summary>The literal route.</summary>
    public const string Route = "/api/v1/identifiers/";

    // Below this a compressed answer is hardly shorter than the plain one.
    private const int WorthCompressing = 1_400;

    /// <summary>Answers an L1 hit; null where the request must take the slow way.</summary>
    public Task? TryFast(HttpContext context, string target)
    {
        if (!target.StartsWith(Route, StringComparison.Ordinal))
        {
            return null;
        }
        var headers = context.Request.Headers;
        Span<byte> key = stackalloc byte[LookupKey.MaxLength];
        if (headers.IfNoneMatch.Count > 0
            || !RequestTarget.TryFold(target.AsSpan(Route.Length), key, out var length)
            || !callers.Find(headers.Authorization).TryGet(out var caller, out _)
            || caller is null
            || caller.Limiter is not null
            || (caller.Role == Role.Anonymous && !node.Options.Access.AnonymousReads)
            || DotSegment.IsIn(target))
        {
            return null;
        }
        var entry = node.Resolver.FindCached(key[..length]);
        if (entry?.Record is not { Status: RecordStatus.Active } || entry[caller.View, RenderingForm.Json] is not { } rendering || rendering.Epoch != render.Epoch)
        {
            return null;
        }
        if (rendering.Body.Length >= WorthCompressing && headers.AcceptEncoding.Count > 0)
        {
            return null;
        }
        node.Resolver.CountHit(entry);
        return WriteAsync(context, rendering);
    }

    /// <summary>True for a resolution that needs nothing of what follows the pipeline: its route is this one and its answer is not compressed.</summary>
    public static bool IsPlain(HttpContext context, string target) =>
        HttpMethods.IsGet(context.Request.Method) && target.StartsWith(Route, StringComparison.Ordinal) && context.Request.Headers.AcceptEncoding.Count == 0;

    /// <summary>Answers any resolution over REST.</summary>
    public async Task GetAsync(HttpContext context)
    {
        var parsed = IdentifierTarget.Parse(context, Route);
        if (parsed.IsOk)
        {
            await AnswerAsync(context, parsed.Value);
        }
        else
        {
            await Problem.WriteAsync(context, parsed.Error);
        }
    }

    /// <summary>Answers the record of an identifier as JSON, as the caller may see it.</summary>
    public async Task AnswerAsync(HttpContext context, Identifier identifier)
    {
        var caller = context.Caller();
        if (caller.Role == Role.Anonymous && !node.Options.Access.AnonymousReads)
        {
            await Problem.WriteAsync(context, Refusals.Role(caller, Role.Reader));
            return;
        }
        var entry = node.Catalog.Current.IsHomed(identifier) ? await node.Resolver.ResolveAsync(identifier.Key, context.RequestAborted) : null;
        if (entry?.Record is null)
        {
            await AnswerAbsentAsync(context, identifier);
            return;
        }
        var stale = MarkStale(context, entry);
        if (entry.Record.Status == RecordStatus.Revoked)
        {
            await Problem.WriteAsync(context, Refusals.Revoked(identifier.Text));
            return;
        }
        var rendering = render.Json(entry, caller.View);
        if (!stale && Conditional.IsSame(context.Request.Headers.IfNoneMatch, rendering.Tag))
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            SetHeaders(context.Response, rendering.Tag);
            return;
        }
        await WriteAsync(context, rendering);
    }

    /// <summary>Where the log could not be read for a while, says that what is answered may be old (RFC 9211).</summary>
    public bool MarkStale(HttpContext context, CachedRecord entry)
    {
        if (!node.Resolver.MayBeOld(entry))
        {
            return false;
        }
        context.Response.Headers.Age = ((long)node.Resolver.AgeOf(entry).TotalSeconds).ToString(CultureInfo.InvariantCulture);
        context.Response.Headers["Cache-Status"] = "idnode; hit; detail=stale";
        return true;
    }

    /// <summary>How long the answer of another node may be kept, and how long this node has kept it (RFC 9111 §5.1, §5.2.2.1).</summary>
    public void SetForeignHeaders(HttpResponse response, ForeignRecord record)
    {
        response.Headers.Vary = Conditional.Vary;
        response.Headers.CacheControl = $"max-age={Seconds(record.ExpiresAt - record.ReadAt)}";
        response.Headers.Age = Seconds(node.Time.GetUtcNow() - record.ReadAt);

        static string Seconds(TimeSpan time) => Math.Max(0, (long)time.TotalSeconds).ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>Answers a template's own identifier with the way to the template; false for any other.</summary>
    public bool RedirectToTemplate(HttpContext context, Identifier identifier)
    {
        if (node.Catalog.Current.FindByIdentifier(identifier.Text) is not { } template)
        {
            return false;
        }
        context.Response.Headers.Location = $"/api/v1/templates/{template.Code}";
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        return true;
    }

    private async Task AnswerAbsentAsync(HttpContext context, Identifier identifier)
    {
        if (RedirectToTemplate(context, identifier))
        {
            return;
        }
        if (node.Catalog.Current.IsHomed(identifier))
        {
            await Problem.WriteAsync(context, Refusals.NotFound(identifier.Text));
            return;
        }
        var found = await node.Foreign.ResolveAsync(identifier, context.Caller(), context.RequestAborted);
        if (!found.TryGet(out var foreign, out var error))
        {
            await Problem.WriteAsync(context, error);
            return;
        }
        SetForeignHeaders(context.Response, foreign);
        await Answers.BytesAsync(context, StatusCodes.Status200OK, "application/json", RecordJson.Render(foreign));
    }

    private static Task WriteAsync(HttpContext context, Rendering rendering)
    {
        var response = context.Response;
        SetHeaders(response, rendering.Tag);
        response.ContentType = "application/json";
        response.ContentLength = rendering.Body.Length;
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : response.Body.WriteAsync(rendering.Body, 0, rendering.Body.Length);
    }

    private static void SetHeaders(HttpResponse response, string tag)
    {
        var headers = response.Headers;
        headers.ETag = tag;
        headers.Vary = Conditional.Vary;
        headers.CacheControl = "no-cache";
    }
}
