using System.Collections.Frozen;
using IdResolution.Core.Access;
using IdResolution.Core.Errors;
using IdResolution.Server.Http;

namespace IdResolution.Server.Rest;

/// <summary>
/// Notes denials by method and call, never by the identifier nor by anything else that a caller could make up. The
/// calls are those that are mapped. Thread-safe.
/// </summary>
internal sealed class RestDenials(Auditor auditor, EndpointDataSource endpoints)
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

    // Read with the first request: the calls are mapped after this is made.
    private FrozenSet<string>? _kinds;

    /// <summary>Notes a denial.</summary>
    public void Note(HttpContext context, Caller caller, ErrorCode code)
    {
        var method = Methods.Contains(context.Request.Method) ? context.Request.Method : "?";
        var name = context.GetEndpoint()?.Metadata.GetMetadata<CallName>();
        auditor.Denied(caller, $"{method} {KindOf(context) ?? name?.Operation ?? "/"}", code);
    }

    /// <summary>The first word of the call below <c>/api/v1</c>; null where no call begins so.</summary>
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
            .ToFrozenSet();
}
