using IdResolution.Core.Errors;
using IdResolution.Core.Resolution;
using IdResolution.Core.Traceability;
using IdResolution.Server.Http;

namespace IdResolution.Server.Rest;

/// <summary>
/// The call <c>POST /api/v1/scan</c>: the record of what a scanner read; with an intent, whether it may be used so.
/// </summary>
internal sealed class ScanEndpoint(Scanner scanner, ResolveEndpoint resolve, IntentJudge judge)
{
    public Task AnswerAsync(HttpContext context) =>
        HttpResults.WithBodyAsync(
            context,
            RestJson.Default.ScanBody,
            async body =>
            {
                var found = await scanner.FindAsync(body.Text, context.Caller(), context.RequestAborted);
                if (!found.TryGet(out var identifier, out var error))
                {
                    await Problem.WriteAsync(context, error);
                }
                else if (body.Intent is not { } wanted)
                {
                    await resolve.AnswerAsync(context, identifier);
                }
                else
                {
                    var result = EventBody.Intent(wanted).TryGet(out var intent, out error)
                        ? await judge.JudgeAsync(identifier, intent, context.Caller(), context.RequestAborted)
                        : error;
                    await AnswerAsync(context, result);
                }
            }
        );

    private static Task AnswerAsync(HttpContext context, Result<IntentAnswer> result)
    {
        if (!result.TryGet(out var answer, out var error))
        {
            return Problem.WriteAsync(context, error);
        }
        if (answer.Recorded is not null)
        {
            HeldAnswers.NoteChange(context);
        }
        var language = AcceptLanguage.Choose(context.Request.Headers.AcceptLanguage);
        return JsonAnswer.WriteAsync(context, writer => IntentJson.Write(writer, answer, language));
    }
}
