using IdResolution.Core.Errors;
using Microsoft.AspNetCore.Http.Features;

namespace IdResolution.Server.Http;

/// <summary>Reads posted forms (<c>application/x-www-form-urlencoded</c>) within a limit of all their bytes.</summary>
internal static class RequestForm
{
    private const string MediaType = "application/x-www-form-urlencoded";

    /// <summary>True if the body is such a form. No other form is read, so no file can be posted.</summary>
    public static bool IsOne(HttpRequest request) =>
        request.ContentType is { } type
        && type.StartsWith(MediaType, StringComparison.OrdinalIgnoreCase)
        && (type.Length == MediaType.Length || type[MediaType.Length] is ';' or ' ');

    /// <summary>
    /// Reads the form; or <see cref="ErrorCode.TooLarge"/> beyond the limit, <see cref="ErrorCode.Malformed"/> for a
    /// form that cannot be read, <see cref="ErrorCode.TooMany"/> where too many are unfinished.
    /// </summary>
    /// <param name="context">The request.</param>
    /// <param name="limit">The greatest length in bytes.</param>
    /// <param name="values">The most values.</param>
    public static async ValueTask<Result<FormCollection>> ReadAsync(HttpContext context, int limit, int values)
    {
        var request = context.Request;
        if (request.ContentLength > limit)
        {
            BodyBound.Discard(context);
            return TooLarge(limit);
        }
        BodyBound.Set(context, limit);
        // The framework's reader does not say how much it holds.
        var most = request.ContentLength ?? limit;
        using var held = most > HeldBodies.AlwaysHeld ? HeldBodies.Of(context) : null;
        if (held?.TryHold(most) == false)
        {
            return HeldBodies.TooMany;
        }
        try
        {
            var options = new FormOptions { ValueLengthLimit = limit, ValueCountLimit = values };
            return (FormCollection)await request.ReadFormAsync(options, context.RequestAborted);
        }
        catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return TooLarge(limit);
        }
        catch (InvalidDataException)
        {
            return Error.Of(ErrorCode.Malformed, "The form cannot be read.", "表单无法解析。");
        }
    }

    private static Error TooLarge(int limit) =>
        Error.Of(ErrorCode.TooLarge, $"The form has at most {limit} bytes.", $"表单最多 {limit} 字节。");
}
