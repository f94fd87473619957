using IdResolution.Core.Traceability;
using IdResolution.Server.Http;

namespace IdResolution.Server.Rest;

/// <summary>The calls that ask the quality archive.</summary>
internal sealed class QualityEndpoints(QualityReader quality, CompletenessReader completeness)
{
    public async Task CountAsync(HttpContext context)
    {
        var filter = new QualityFilter
        {
            By = [.. HttpResults.Texts(context, "by").SelectMany(static text => text.Split(','))],
            From = HttpResults.Time(context, "from"),
            To = HttpResults.Time(context, "to"),
            Template = HttpResults.Text(context, "template"),
            Step = HttpResults.Text(context, "step"),
            Equipment = HttpResults.Text(context, "equipment"),
            Characteristic = HttpResults.Text(context, "characteristic"),
            Defect = HttpResults.Text(context, "defect"),
            Limit = (int)HttpResults.Number(context, "limit"),
        };
        var read = await quality.ReadAsync(filter, context.Caller(), context.RequestAborted);
        await (
            read.TryGet(out var report, out var error)
                ? JsonAnswer.WriteAsync(context, writer => QualityJson.Write(writer, report))
                : Problem.WriteAsync(context, error)
        );
    }

    public async Task CompletenessAsync(HttpContext context)
    {
        var filter = new CompletenessFilter
        {
            Template = HttpResults.Text(context, "template"),
            From = HttpResults.Time(context, "from"),
            To = HttpResults.Time(context, "to"),
            Step = HttpResults.Text(context, "step"),
            After = HttpResults.Text(context, "after"),
            Limit = (int)HttpResults.Number(context, "limit"),
        };
        var read = await completeness.ReadAsync(filter, context.Caller(), context.RequestAborted);
        await (
            read.TryGet(out var report, out var error)
                ? JsonAnswer.WriteAsync(context, writer => CompletenessJson.Write(writer, report))
                : Problem.WriteAsync(context, error)
        );
    }
}
