using System.Text.Json;
using IdResolution.Core.Access;
using IdResolution.Core.Analysis;
using IdResolution.Core.Errors;
using IdResolution.Core.Events;
using IdResolution.Server.Http;

namespace IdResolution.Server.Rest;

/// <summary>The calls that look at many items at once.</summary>
internal sealed class AnalysisEndpoints(CommonCauses causes, Rollup rollup, EventIds ids)
{
    private delegate ValueTask<Result<TAnswer>> Asker<in TQuery, TAnswer>(
        TQuery query,
        Caller caller,
        CancellationToken cancellationToken
    );

    public Task CommonAsync(HttpContext context) =>
        AnswerAsync(
            context,
            AnalysisBody.Common,
            causes.FindAsync,
            (writer, report) => AnalysisJson.Write(writer, report, ids)
        );

    public Task RollupAsync(HttpContext context) =>
        AnswerAsync(context, AnalysisBody.Rollup, rollup.ReckonAsync, AnalysisJson.Write);

    private static async Task AnswerAsync<TQuery, TAnswer>(
        HttpContext context,
        Func<JsonElement, Result<TQuery>> decode,
        Asker<TQuery, TAnswer> ask,
        Action<Utf8JsonWriter, TAnswer> write
    )
    {
        var read = await BodyReader.ReadAsync(context);
        if (!read.TryGet(out var json, out var error))
        {
            await Problem.WriteAsync(context, error);
            return;
        }
        Result<TQuery> query;
        using (json)
        {
            query = decode(json.RootElement);
        }
        var answer = query.IsOk ? await ask(query.Value, context.Caller(), context.RequestAborted) : query.Error;
        await (
            answer.TryGet(out var value, out error)
                ? JsonAnswer.WriteAsync(context, writer => write(writer, value))
                : Problem.WriteAsync(context, error)
        );
    }
}
