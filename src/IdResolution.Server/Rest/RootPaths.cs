using IdResolution.Core.Errors;
using IdResolution.Server.Http;

namespace IdResolution.Server.Rest;

/// <summary>
/// Answers requests that no route matches. Asks each <see cref="IRootPath"/>, then answers 404: browsers with a page,
/// others with a problem.
/// </summary>
internal sealed class RootPaths(IEnumerable<IRootPath> paths, PageEndpoints pages)
{
    private readonly IRootPath[] _paths = [.. paths];

    public Task AnswerAsync(HttpContext context)
    {
        var target = RequestTarget.Of(context);
        foreach (var path in _paths)
        {
            if (path.TryAnswer(context, target) is { } answered)
            {
                return answered;
            }
        }
        return pages.TryAnswerNothing(context, target)
            ?? Problem.WriteAsync(
                context,
                Error.Of(
                    ErrorCode.NotFound,
                    "There is no such call at this path; see /docs.",
                    "此路径没有这样的调用，参见 /docs。"
                )
            );
    }
}
