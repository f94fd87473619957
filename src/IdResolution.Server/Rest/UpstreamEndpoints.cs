using IdResolution.Core.Errors;
using IdResolution.Core.Primitives;
using IdResolution.Core.Upstream;
using IdResolution.Server.Http;
using IdResolution.Server.Options;

namespace IdResolution.Server.Rest;

/// <summary>The calls for what goes up to the secondary node.</summary>
internal sealed class UpstreamEndpoints(UpstreamOperator upstream, NodeOptions options)
{
    public async Task StatusAsync(HttpContext context) =>
        await HttpResults.JsonAsync(
            context,
            await upstream.StatusAsync(context.Caller(), context.RequestAborted),
            status => UpstreamState.Of(status, options.Upstream),
            RestJson.Default.UpstreamState
        );

    public async Task LettersAsync(HttpContext context)
    {
        var limit = (int)HttpResults.Number(context, "limit");
        await HttpResults.JsonAsync(
            context,
            await upstream.LettersAsync(
                HttpResults.Number(context, "after"),
                limit,
                context.Caller(),
                context.RequestAborted
            ),
            page => new Listing<LetterAnswer>(
                [.. page.Select(Shown)],
                page.Length == limit ? page[^1].Letter.Sequence : null
            ),
            RestJson.Default.ListingLetterAnswer
        );
    }

    public Task RetryAsync(HttpContext context) => DoAsync(context, upstream.RetryAsync);

    public Task DropAsync(HttpContext context) => DoAsync(context, upstream.DropAsync);

    private static Task DoAsync(
        HttpContext context,
        Func<IReadOnlyList<long>?, Core.Access.Caller, CancellationToken, Task<Result<LettersDone>>> work
    ) =>
        HttpResults.WithBodyAsync(
            context,
            RestJson.Default.LettersBody,
            async (body, misread) =>
            {
                if (Faults.Join(misread, body.All != (body.Sequences is null) ? Either() : null) is { } error)
                {
                    await Problem.WriteAsync(context, error);
                    return;
                }
                await HttpResults.JsonAsync(
                    context,
                    await work(body.Sequences, context.Caller(), context.RequestAborted),
                    done => new LettersAnswer(done.Done, done.Unknown),
                    RestJson.Default.LettersAnswer
                );
            }
        );

    private static LetterAnswer Shown(RefusedRecord refused) =>
        new(
            refused.Letter.Sequence,
            refused.Identifier,
            refused.Letter.Reason,
            Micros.ToTime(refused.Letter.At),
            refused.Letter.IsDue
        );

    private static Error Either() =>
        Error.Of(
            ErrorCode.InvalidValue,
            "Name the letters by sequences, or give all: true.",
            "请以 sequences 给出序号，或给出 all: true。",
            "sequences"
        );
}
