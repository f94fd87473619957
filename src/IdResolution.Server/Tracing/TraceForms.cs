using IdResolution.Core.Errors;
using IdResolution.Core.Traceability;

namespace IdResolution.Server.Tracing;

/// <summary>The forms of traces: their names, media types and writers.</summary>
internal static class TraceForms
{
    private static readonly (TraceForm Form, string Name, string Media)[] s_forms =
    [
        (TraceForm.Json, "json", "application/json"),
        (TraceForm.NdJson, "ndjson", "application/x-ndjson"),
        (TraceForm.Csv, "csv", "text/csv; charset=utf-8"),
        (TraceForm.GraphMl, "graphml", "application/graphml+xml"),
        (TraceForm.Svg, "svg", "image/svg+xml"),
        (TraceForm.Html, "html", "text/html; charset=utf-8"),
    ];

    /// <summary>The names, as a query has them.</summary>
    public static string[] Names { get; } = [.. s_forms.Select(static form => form.Name)];

    /// <summary>The names of those that are files.</summary>
    public static string[] FileNames { get; } = [.. Names.Where(static name => name != "html")];

    /// <summary>The media types without parameters, in the order of the names.</summary>
    public static string[] MediaTypes { get; } = [.. s_forms.Select(static form => form.Media.Split(';')[0])];

    /// <summary>The form with a name.</summary>
    public static TraceForm Parse(string name) =>
        s_forms.First(form => form.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Form;

    /// <summary>The media type of an answer.</summary>
    public static string MediaOf(TraceForm form) => s_forms[(int)form].Media;

    /// <summary>The error if a form has no place for what is asked, or null.</summary>
    public static Error? Refusal(TraceForm form, TraceQuery query) =>
        query.Attributes.Count == 0 || form is TraceForm.Json or TraceForm.Csv
            ? null
            : Error.Of(
                ErrorCode.InvalidValue,
                $"format={s_forms[(int)form].Name} has no place for attributes: ask for json or csv.",
                $"format={s_forms[(int)form].Name} 无法包含属性：请使用 json 或 csv。",
                "attribute"
            );

    /// <summary>
    /// The error if a form cannot hold a trace, or null: some have no place to say that it is not complete.
    /// </summary>
    public static Error? Refusal(TraceForm form, TraceReport report) =>
        form is not (TraceForm.Csv or TraceForm.GraphMl) || (report.End.IsComplete && report.IsWhole)
            ? null
            : Error.Of(
                ErrorCode.TooLarge,
                $"The trace finds more than {report.Query.Budget} items, or goes on from a cursor, and format="
                    + $"{s_forms[(int)form].Name} has no place to say that something is missing. Give a greater "
                    + "budget, or ask for json or ndjson.",
                $"追溯结果超过 {report.Query.Budget} 个标识，或由 cursor 继续；format={s_forms[(int)form].Name} "
                    + "无法注明结果不完整。请增大 budget，或使用 json 或 ndjson。",
                "budget"
            );

    private static async Task WriteLinesAsync(
        Stream output,
        TraceReport report,
        TraceJson json,
        CancellationToken cancellationToken
    )
    {
        await using var lines = new TraceNdJson(output, json);
        await lines.WriteAsync(report, cancellationToken);
    }

    /// <summary>Writes a trace that is whole in memory, in any form but a page.</summary>
    public static Task WriteAsync(
        Stream output,
        TraceForm form,
        TraceReport report,
        TraceJson json,
        CancellationToken cancellationToken
    ) =>
        form switch
        {
            TraceForm.NdJson => WriteLinesAsync(output, report, json, cancellationToken),
            TraceForm.Csv => TraceCsv.WriteAsync(output, report, cancellationToken),
            TraceForm.GraphMl => TraceGraphMl.WriteAsync(output, report, json, cancellationToken),
            TraceForm.Svg => output
                .WriteAsync(TraceSvg.Draw(report, json.Address, json.Language), cancellationToken)
                .AsTask(),
            _ => json.WriteAsync(output, report, cancellationToken),
        };
}
