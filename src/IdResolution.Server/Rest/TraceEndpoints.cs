using IdResolution.Core.Errors;
using IdResolution.Core.Events;
using IdResolution.Core.Primitives;
using IdResolution.Core.Traceability;
using IdResolution.Server.Http;
using IdResolution.Server.Pages;
using IdResolution.Server.Tracing;

namespace IdResolution.Server.Rest;

/// <summary>The call that traces an item.</summary>
internal sealed class TraceEndpoints(
    Tracer tracer,
    EventIds ids,
    PublicAddress address,
    TraceContents contents,
    PageRenderer pages,
    ItemTarget targets
)
{
    public async Task TraceAsync(HttpContext context)
    {
        if (targets.TakeAs(context) is { } refused)
        {
            await Problem.WriteAsync(context, refused);
            return;
        }
        if (
            !(await targets.FindInPathAsync(context, "/api/v1/trace/")).TryGet(out var root, out var error)
            || !Read(context, root).TryGet(out var query, out error)
            || (error = TraceForms.Refusal(FormOf(context), query)) is not null
        )
        {
            await Problem.WriteAsync(context, error);
            return;
        }
        var form = FormOf(context);
        context.Response.Headers.Vary = "Accept, Accept-Language, Authorization";
        if (form != TraceForm.Json && HttpResults.Text(context, "explain") is not null)
        {
            await Problem.WriteAsync(context, NoPaths());
            return;
        }
        // What a partner sees is taken from the whole.
        var isStreamed = form == TraceForm.NdJson && context.Caller().Partner is null;
        await (isStreamed ? StreamAsync(context, query) : AnswerAsync(context, query, form));
    }

    private async Task StreamAsync(HttpContext context, TraceQuery query)
    {
        var begun = await tracer.BeginAsync(query, context.Caller(), context.RequestAborted);
        if (!begun.TryGet(out var walk, out var error))
        {
            await Problem.WriteAsync(context, error);
            return;
        }
        context.Response.ContentType = TraceForms.MediaOf(TraceForm.NdJson);
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await using var lines = new TraceNdJson(context.Response.Body, JsonFor(context));
            if ((await lines.RunAsync(walk, query, context.RequestAborted)).Error is { } refused)
            {
                await RefuseAsync(context, refused);
            }
        }
    }

    /// <summary>An answer that has begun can only be cut: without its last line it is not whole.</summary>
    private static Task RefuseAsync(HttpContext context, Error error)
    {
        if (!context.Response.HasStarted)
        {
            return Problem.WriteAsync(context, error);
        }
        context.Abort();
        return Task.CompletedTask;
    }

    private async Task AnswerAsync(HttpContext context, TraceQuery query, TraceForm form)
    {
        ItemName? explain = null;
        Error? error = null;
        if (
            (
                HttpResults.Text(context, "explain") is { } text
                && !(await targets.NameAsync(context, text, "explain")).TryGet(out explain, out error)
            )
            || !(await tracer.ReportAsync(query, explain, context.Caller(), context.RequestAborted)).TryGet(
                out var made,
                out error
            )
        )
        {
            await Problem.WriteAsync(context, error);
            return;
        }
        using var report = made;
        await (
            (error = TraceForms.Refusal(form, report)) is null
                ? WriteAsync(context, report, form)
                : Problem.WriteAsync(context, error)
        );
    }

    private async Task WriteAsync(HttpContext context, TraceReport report, TraceForm form)
    {
        if (form == TraceForm.Html)
        {
            var language = AcceptLanguage.Choose(context.Request.Headers.AcceptLanguage);
            var page = await pages.TraceAsync(contents.Page(report, language, switchUrl: null), language);
            await PageAnswer.WriteAsync(context, StatusCodes.Status200OK, page, isCounted: false);
            return;
        }
        context.Response.ContentType = TraceForms.MediaOf(form);
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await TraceForms.WriteAsync(context.Response.Body, form, report, JsonFor(context), context.RequestAborted);
        }
    }

    private TraceJson JsonFor(HttpContext context) =>
        new(ids, AcceptLanguage.Choose(context.Request.Headers.AcceptLanguage)) { Address = address };

    private static TraceForm FormOf(HttpContext context) =>
        HttpResults.Text(context, "format") is { } name
            ? TraceForms.Parse(name)
            : (TraceForm)AcceptMedia.Choose(context.Request.Headers.Accept, TraceForms.MediaTypes);

    private static Result<TraceQuery> Read(HttpContext context, ItemName root)
    {
        var faults = new Faults();
        if (!EventNames.TryParse(HttpResults.Texts(context, "type"), out LinkKinds kinds))
        {
            var known = string.Join(", ", EventNames.Kinds);
            faults.Add("type", $"must be one of {known}", $"应为以下之一：{known}");
        }
        return faults.TryCombine(out var error)
            ? error
            : new TraceQuery
            {
                Root = root,
                Direction = Enum.Parse<TraceDirection>(
                    HttpResults.Text(context, "direction") ?? nameof(TraceDirection.Backward),
                    ignoreCase: true
                ),
                Kinds = kinds,
                At = Time(context, "at"),
                Number = HttpResults.Text(context, "number") is null ? null : HttpResults.Number(context, "number"),
                Templates = HttpResults.Texts(context, "template"),
                Attributes = HttpResults.Texts(context, "attribute"),
                From = Time(context, "from"),
                To = Time(context, "to"),
                Budget = (int)HttpResults.Number(context, "budget"),
                Cursor = HttpResults.Text(context, "cursor"),
            };
    }

    // QueryCheck has looked at the form.
    private static long? Time(HttpContext context, string name) =>
        HttpResults.Text(context, name) is { } text && TextParameter.TryTime(text, out var time)
            ? Micros.Of(time)
            : null;

    private static Error NoPaths() =>
        Error.Of(
            ErrorCode.InvalidValue,
            "explain: only JSON has a place for paths: ask for format=json.",
            "explain：只有 JSON 可以给出路径：请使用 format=json。",
            "explain"
        );
}
