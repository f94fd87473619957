using System.Collections.Frozen;
using IdResolution.Core.Access;
using IdResolution.Core.Errors;
using IdResolution.Server.Http;

namespace IdResolution.Server.Rest;

/// <summary>
/// Writes denied requests to the audit log, by method, call and target, and those that read where that is asked for.
/// Only mapped calls are named, and only targets that <see cref="AuditTargets"/> knows. Thread-safe.
/// </summary>
internal sealed class RestDenials(
    Auditor auditor,
    AccessPolicy access,
    AuditTargets targets,
    EndpointDataSource endpoints
)
{
    private const string Api = "/api/v1/";

    private static readonly FrozenSet<string> Methods = FrozenSet.Create(
        "GET",
        "HEAD",
        "POST",
        "PATCH",
        "DELETE",
        "PUT",
        "OPTIONS"
    );

    // The first three have lines of the core's; the others tell nothing of records.
    private static readonly FrozenSet<string> s_notRead = FrozenSet.Create(
        "identifiers",
        "history",
        "search",
        "templates",
        "templates:export",
        "categories",
        "coding-rules",
        "sources",
        "statistics",
        "upstream"
    );

    private static readonly object s_noted = new();

    // Filled by the first request, because calls are mapped after this object is created.
    private FrozenSet<string>? _kinds;

    /// <summary>Notes a denial, once for a request: the first says best why.</summary>
    public void Note(HttpContext context, Caller caller, ErrorCode code)
    {
        if (!context.Items.TryAdd(s_noted, null))
        {
            return;
        }
        caller = CallOrigin.Of(context, caller);
        if (code == ErrorCode.AuthenticationFailed)
        {
            auditor.Denied(caller, Auditor.Authentication, code);
            return;
        }
        var method = Methods.Contains(context.Request.Method) ? context.Request.Method : "?";
        var name = context.GetEndpoint()?.Metadata.GetMetadata<CallName>();
        auditor.Denied(caller, $"{method} {KindOf(context) ?? name?.Operation ?? "/"}", code, targets.Of(context));
    }

    /// <summary>
    /// Notes a call that read and was answered, or cut off while it was, where its caller's reads are. Once for a
    /// request.
    /// </summary>
    public void NoteRead(HttpContext context)
    {
        if (
            access.AuditsReads
            && context.Response.StatusCode < StatusCodes.Status400BadRequest
            && context.GetEndpoint()?.Metadata.GetMetadata<RoleNeededAttribute>()
                is { Role: Role.Partner or Role.Reader }
            && !ReadingCall.Changes(context)
            && KindOf(context) is { } kind
            && !s_notRead.Contains(kind)
            && context.Items.TryAdd(s_noted, null)
        )
        {
            NoteRead(context, kind);
        }
    }

    /// <summary>The same for what is known to have read.</summary>
    public void NoteRead(HttpContext context, string kind)
    {
        if (access.Audits(context.Caller()))
        {
            auditor.Noted(context.Caller(), $"{context.Request.Method} {kind}", targets.Of(context));
        }
    }

    /// <summary>The first word of the path below <c>/api/v1</c>; null if no mapped call begins with it.</summary>
    public string? KindOf(HttpContext context)
    {
        var path = context.Request.Path.Value ?? "/";
        if (!path.StartsWith(Api, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }
        var word = path[Api.Length..].Split('/', 2)[0];
        return (_kinds ??= Kinds()).TryGetValue(word, out var kind) ? kind : null;
    }

    private FrozenSet<string> Kinds() =>
        endpoints
            .Endpoints.OfType<RouteEndpoint>()
            .Select(endpoint => endpoint.RoutePattern.RawText ?? "")
            .Where(pattern => pattern.StartsWith(Api, StringComparison.Ordinal))
            .Select(pattern => pattern[Api.Length..].Split('/', 2)[0])
            // The router takes any case of letters, and the audit has one name for a call.
            .ToFrozenSet(StringComparer.OrdinalIgnoreCase);
}
