using IdResolution.Core.Errors;

namespace IdResolution.Server.Http;

/// <summary>Answers requests for a path that is served, but not with their method.</summary>
internal static class MethodNotAllowed
{
    /// <summary>Answers OPTIONS with the methods of the path (RFC 9110 §9.3.7), all others with 405.</summary>
    /// <param name="context">The request.</param>
    /// <param name="methods">The methods that the path takes.</param>
    public static Task AnswerAsync(HttpContext context, IEnumerable<string> methods)
    {
        var allowed = string.Join(", ", methods.Append(HttpMethods.Options));
        context.Response.Headers.Allow = allowed;
        if (HttpMethods.IsOptions(context.Request.Method))
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return Task.CompletedTask;
        }
        return Problem.WriteAsync(
            context,
            Error.Of(ErrorCode.MethodNotAllowed, $"This path takes {allowed} only.", $"该路径只接受 {allowed}。")
        );
    }
}
