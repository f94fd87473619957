using System.Text.Json;
using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Resolution;
using IdResolution.Core.Traceability;
using IdResolution.Server.Http;
using IdResolution.Server.Labels;

namespace IdResolution.Server.Rest;

/// <summary>
/// The call <c>POST /api/v1/scan</c>: the record of what a scanner read; with an intent, whether it may be used so.
/// </summary>
internal sealed class ScanEndpoint(
    Scanner scanner,
    ItemTarget targets,
    ResolveEndpoint resolve,
    IntentJudge judge,
    OrderLabels labels
)
{
    private static readonly string[] s_members = ["text", "intent", "item", "labels"];

    public async Task AnswerAsync(HttpContext context)
    {
        var read = await BodyReader.ReadAsync(context);
        if (!read.TryGet(out var json, out var error))
        {
            await Problem.WriteAsync(context, error);
            return;
        }
        (ItemAsked Item, ScanIntent? Intent, bool Labels, Error? Misread) asked;
        using (json)
        {
            asked = Read(json.RootElement);
        }
        // What is wrong with the text is found by reading it, and told with the faults of the rest.
        var isNamed = asked.Item is { IsByKey: true } or { Search: not null } or { Text: not null };
        var found = isNamed ? await FindAsync(context, asked.Item) : asked.Misread!;
        if (Faults.Join(asked.Misread, found.Error) is { } faulty)
        {
            await Problem.WriteAsync(context, faulty);
        }
        else if (asked.Intent is null)
        {
            await resolve.AnswerAsync(context, found.Value!);
        }
        else
        {
            await AnswerAsync(
                context,
                await judge.JudgeAsync(found.Value!, asked.Intent, context.Caller(), context.RequestAborted),
                asked.Labels
            );
        }
    }

    /// <summary>Reads the body, with what is wrong with it as far as that is seen without looking it up.</summary>
    private static (ItemAsked Item, ScanIntent? Intent, bool Labels, Error? Misread) Read(JsonElement json)
    {
        var (item, intent, faults) = (new ItemAsked(null), default(ScanIntent), new Faults());
        if (json.ValueKind != JsonValueKind.Object)
        {
            return (item, null, false, BodyReader.Shape("", "must be an object", "应为对象"));
        }
        var (isNamed, labels) = (false, false);
        foreach (var member in json.EnumerateObject().Where(m => m.Value.ValueKind != JsonValueKind.Null))
        {
            switch (member.Name)
            {
                case "text":
                    isNamed = true;
                    item = item with { Text = AnalysisBody.Text(member.Value, "text", faults) };
                    break;
                case "item":
                    isNamed = true;
                    item = ItemReference.Read(member.Value, "item", faults) with { Text = item.Text };
                    break;
                case "intent":
                    intent = EventBody.Intent(member.Value, faults);
                    break;
                case "labels":
                    labels = member.Value.ValueKind == JsonValueKind.True;
                    if (!labels && member.Value.ValueKind != JsonValueKind.False)
                    {
                        faults.Add(BodyReader.Shape("labels", "must be true or false", "应为 true 或 false"));
                    }
                    break;
                default:
                    faults.Add(BodyReader.Unknown(member.Name, s_members));
                    break;
            }
        }
        if (!isNamed)
        {
            faults.Add(BodyReader.Shape("text", "is needed", "不能为空"));
        }
        if (labels && intent is not { Order: not null, Record: not null })
        {
            faults.Add(ScanLabels.Needs);
        }
        faults.TryCombine(out var misread);
        return (item, intent, labels, Faults.Join(misread, intent is null ? null : IntentJudge.Fault(intent)));
    }

    /// <summary>The item of the text, or the one that is named in its place.</summary>
    private async ValueTask<Result<Identifier>> FindAsync(HttpContext context, ItemAsked asked)
    {
        if (asked is { IsByKey: false, Search: null })
        {
            return await scanner.FindAsync(asked.Text!, context.Caller(), context.RequestAborted);
        }
        var named = await targets.FindAsync(context, asked, "item");
        return named.TryGet(out var name, out var error) ? name.Identifier! : error;
    }

    private async Task AnswerAsync(HttpContext context, Result<IntentAnswer> result, bool isLabelled)
    {
        if (!result.TryGet(out var answer, out var error))
        {
            await Problem.WriteAsync(context, error);
            return;
        }
        if (answer.Recorded is not null)
        {
            HeldAnswers.NoteChange(context);
        }
        var language = AcceptLanguage.Choose(context.Request.Headers.AcceptLanguage);
        var made = isLabelled
            ? await labels.OfScanAsync(answer, context.Caller(), language, context.RequestAborted)
            : null;
        await JsonAnswer.WriteAsync(context, writer => IntentJson.Write(writer, answer, language, made));
    }
}
