using System.Text.Json;
using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Resolution;
using IdResolution.Core.Traceability;
using IdResolution.Server.Http;

namespace IdResolution.Server.Rest;

/// <summary>
/// The call <c>POST /api/v1/scan</c>: the record of what a scanner read; with an intent, whether it may be used so.
/// </summary>
internal sealed class ScanEndpoint(Scanner scanner, ItemTarget targets, ResolveEndpoint resolve, IntentJudge judge)
{
    public Task AnswerAsync(HttpContext context) =>
        HttpResults.WithBodyAsync(
            context,
            RestJson.Default.ScanBody,
            async body =>
            {
                var found = await FindAsync(context, body);
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

    /// <summary>The item of the text, or the one that is named in its place.</summary>
    private async ValueTask<Result<Identifier>> FindAsync(HttpContext context, ScanBody body)
    {
        if (body.Item is not { } json)
        {
            return body.Text is null
                ? BodyReader.Shape("text", "is needed", "不能为空")
                : await scanner.FindAsync(body.Text, context.Caller(), context.RequestAborted);
        }
        if (json.ValueKind != JsonValueKind.Object)
        {
            return BodyReader.Shape("item", "must be an object", "应为对象");
        }
        var faults = new Faults();
        var asked = ItemReference.Read(json, "item", faults) with { Text = body.Text };
        if (faults.TryCombine(out var error))
        {
            return error;
        }
        var named = await targets.FindAsync(context, asked, "item");
        return named.TryGet(out var name, out error) ? name.Identifier! : error;
    }

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
