using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;

namespace IdResolution.Server.Http;

/// <summary>
/// Reads the identifier in a request target. It uses the raw target, because frameworks normalise paths and so change
/// the identifier. <c>?id=</c> takes any identifier.
/// </summary>
internal static class IdentifierTarget
{
    /// <summary>
    /// Reads the identifier after the route, or in <c>?id=</c> if the path ends with the route. Gives
    /// <see cref="ErrorCode.Malformed"/>, or an error of the identifier itself.
    /// </summary>
    /// <param name="context">The request.</param>
    /// <param name="route">The path before the identifier, such as <c>/api/v1/qr/</c>.</param>
    /// <param name="ending">The text after the identifier, such as <c>.svg</c>, or empty.</param>
    public static Result<Identifier> Parse(HttpContext context, string route, string ending = "") =>
        Read(context, route, ending).TryGet(out var named, out var error)
            ? Identifier.Parse(named.Text, named.Field)
            : error;

    /// <summary>The same for the text alone, with the field that errors of it name.</summary>
    public static Result<(string Text, string Field)> Read(HttpContext context, string route, string ending = "")
    {
        var target = RequestTarget.Of(context);
        var question = target.IndexOf('?', StringComparison.Ordinal);
        var path = question < 0 ? target : target[..question];
        if (path.Length > route.Length || !path.AsSpan().TrimEnd('/').SequenceEqual(route.AsSpan().TrimEnd('/')))
        {
            return OfPath(path, route, ending);
        }
        if (context.Request.Query["id"].Count != 1)
        {
            return Error.Of(
                ErrorCode.Malformed,
                "Name the identifier after the path, or once as ?id=.",
                "请在路径后或以 ?id= 给出一个标识。",
                "id"
            );
        }
        return OfQuery(target.AsSpan(question + 1)) is { } named ? (named, "id") : Unreadable();
    }

    private static Result<(string Text, string Field)> OfPath(string path, string route, string ending)
    {
        var length = path.Length - route.Length - ending.Length;
        return
            length >= 0
            && path.StartsWith(route, StringComparison.Ordinal)
            && path.EndsWith(ending, StringComparison.OrdinalIgnoreCase)
            && RequestTarget.Decode(path.AsSpan(route.Length, length)) is { } text
            ? (text, "identifier")
            : Unreadable();
    }

    /// <summary>
    /// The value of <c>id</c> in a query, strictly decoded. The framework would keep bad escape sequences.
    /// </summary>
    private static string? OfQuery(ReadOnlySpan<char> query)
    {
        foreach (var range in query.Split('&'))
        {
            var pair = query[range];
            if (pair.StartsWith("id=", StringComparison.OrdinalIgnoreCase))
            {
                return RequestTarget.Decode(pair[3..].ToString().Replace('+', ' '));
            }
        }
        return null;
    }

    /// <summary>The error for a target that cannot be read as an identifier.</summary>
    public static Error Unreadable() =>
        Error.Of(
            ErrorCode.Malformed,
            "The path cannot be read as an identifier: '.' and '..' segments, bad percent sequences and bytes that "
                + "are not UTF-8 are not taken. Use ?id= with the identifier percent-encoded.",
            "路径无法解析为标识：不接受 '.'、'..' 段、错误的百分号编码和非 UTF-8 字节。请使用 ?id= 并对标识进行百分号编码。",
            "id"
        );
}
