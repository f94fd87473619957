using System.Text;
using IdResolution.Core.Errors;
using IdResolution.Core.Primitives;
using IdResolution.Core.Records;
using IdResolution.Core.Resolution;
using IdResolution.Server.Http;
using IdResolution.Server.Labels;
using IdResolution.Server.Pages;

namespace IdResolution.Server.Rest;

/// <summary>The calls for QR codes, ZPL labels, and sheets of labels.</summary>
internal sealed class LabelEndpoints(
    RecordQueries queries,
    LabelMaker labels,
    HeldAnswers held,
    HeldMarks holds,
    OrderLabelEndpoints orders
)
{
    /// <summary>The header that says that the item of a label is held.</summary>
    public const string HeldHeader = "X-Item-Held";

    private const string QrRoute = "/api/v1/qr/";
    private const string Refuse = "refuse";
    private const string LabelRoute = "/api/v1/labels/";

    public async Task QrAsync(HttpContext context)
    {
        if (
            !Format(context, QrRoute, ["svg", "png"]).TryGet(out var ending, out var error)
            || !(await LabelAsync(context, QrRoute, ending, CostOf(context, ending))).TryGet(out var label, out error)
            || !QrContent(HttpResults.Text(context, "content"), label).TryGet(out var content, out error)
            || !QrOptions
                .Parse(
                    content,
                    HttpResults.Text(context, "size"),
                    HttpResults.Text(context, "ecc"),
                    HttpResults.Text(context, "quietZone")
                )
                .TryGet(out var options, out error)
        )
        {
            await Problem.WriteAsync(context, error);
            return;
        }
        CacheHeaders.SetRevalidated(context);
        SecurityHeaders.AllowSites(context.Response);
        await AnswerAsync(context, ending, options);
    }

    public async Task LabelAsync(HttpContext context)
    {
        if (OrderLabelEndpoints.IsAsked(context))
        {
            await orders.AnswerAsync(context, Zpl(context));
            return;
        }
        if (
            !Format(context, LabelRoute, ["zpl"]).TryGet(out var ending, out var error)
            || !(await LabelAsync(context, LabelRoute, ending, cost: 1)).TryGet(out var label, out error)
            || !Zpl(context).TryGet(out var options, out error)
            || !ZplLabel.Render(label, options).TryGet(out var zpl, out error)
        )
        {
            await Problem.WriteAsync(context, error);
            return;
        }
        await BytesAnswer.WriteAsync(
            context,
            StatusCodes.Status200OK,
            "application/zpl; charset=utf-8",
            Encoding.UTF8.GetBytes(zpl)
        );
    }

    private static Result<ZplOptions> Zpl(HttpContext context) =>
        ZplOptions.Parse(
            HttpResults.Text(context, "dpi"),
            HttpResults.Text(context, "width"),
            HttpResults.Text(context, "height"),
            HttpResults.Text(context, "barcode"),
            HttpResults.Text(context, "rfid"),
            HttpResults.Text(context, "copies")
        );

    /// <summary>Answers a page of labels: those of each <c>?id=</c>, or of the records of <c>?template=</c>.</summary>
    public async Task SheetAsync(HttpContext context)
    {
        var asked = SheetOptions.Parse(HttpResults.Text(context, "columns"), HttpResults.Text(context, "qr"));
        if (OrderLabelEndpoints.IsAsked(context))
        {
            await orders.AnswerAsync(context, asked);
            return;
        }
        if (!asked.TryGet(out var options, out var error))
        {
            await Problem.WriteAsync(context, error);
            return;
        }
        if (HttpResults.Text(context, "template") is not { } template)
        {
            await SheetAsync(context, HttpResults.Texts(context, "id"), options, IsRefused(context));
        }
        else if (await RecordsAsync(context, template) is { } records)
        {
            await SheetAsync(
                context,
                [.. records.Items.Select(record => record.Identifier)],
                options,
                IsRefused(context),
                records.Next is { } next ? Next(context, next) : null
            );
        }
    }

    /// <summary>Answers a page of labels for identifiers in the body.</summary>
    public Task PostSheetAsync(HttpContext context) =>
        HttpResults.WithBodyAsync(
            context,
            RestJson.Default.SheetBody,
            async (body, misread) =>
            {
                var options = SheetOptions.Parse(body.Columns?.ToString(), body.Qr?.ToString());
                await (
                    Faults.Join(misread, options.Error) is { } error
                        ? Problem.WriteAsync(context, error)
                        : SheetAsync(context, body.Identifiers ?? [], options.Value, body.Held == HeldLabels.Refuse)
                );
            }
        );

    private async Task SheetAsync(
        HttpContext context,
        IReadOnlyList<string> identifiers,
        SheetOptions options,
        bool isRefused,
        string? next = null
    )
    {
        var made = await labels.MakeAsync(
            identifiers,
            "id",
            context.Caller(),
            AcceptLanguage.Choose(context.Request.Headers.AcceptLanguage),
            context.RequestAborted
        );
        if (made.TryGet(out var contents, out var error))
        {
            made = (await holds.MarkAsync(contents, isRefused, "id", context.Caller(), context.RequestAborted)).OrWhy();
        }
        if (made is { IsOk: true, Value.IsHeld: true })
        {
            context.Response.Headers[HeldHeader] = "true";
        }
        if (next is not null)
        {
            // Of a page of held items too, all of which are refused.
            context.Response.Headers.Link = $"<{next}>; rel=\"next\"";
        }
        if (!made.TryGet(out contents, out error))
        {
            await Problem.WriteAsync(context, error);
            return;
        }
        if (held.Hold(context, contents.Bytes) is { } tooMany)
        {
            await Problem.WriteAsync(context, tooMany);
            return;
        }
        await SendAsync(context, contents with { Next = next }, options);
    }

    private static async Task SendAsync(HttpContext context, LabelBatch contents, SheetOptions options)
    {
        SecurityHeaders.SetPage(context.Response, ContentSecurityPolicy.LabelSheet);
        context.Response.StatusCode = StatusCodes.Status200OK;
        context.Response.ContentType = "text/html; charset=utf-8";
        if (HttpMethods.IsHead(context.Request.Method))
        {
            return;
        }
        var language = AcceptLanguage.Choose(context.Request.Headers.AcceptLanguage);
        foreach (var piece in LabelSheet.Pieces(contents, options, language))
        {
            // Waits where the peer is slow, so that the next label is drawn when there is room for it.
            await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(piece), context.RequestAborted);
        }
    }

    /// <summary>The URL of the sheet after this one.</summary>
    private static string Next(HttpContext context, long after)
    {
        var query = context.Request.Query.Where(p => p.Key != "after").SelectMany(p => p.Value, (p, v) => (p.Key, v));
        return QueryString
            .Create(query.Append(("after", $"{after}")).Select(p => KeyValuePair.Create(p.Item1, p.Item2)))
            .ToUriComponent();
    }

    /// <summary>
    /// Records of a template in the order of registration. Null if they cannot be read; the error is then sent.
    /// </summary>
    private async ValueTask<Page<Record>?> RecordsAsync(HttpContext context, string template)
    {
        var query = new RecordQuery
        {
            Template = template,
            After = HttpResults.Number(context, "after"),
            Limit = (int)HttpResults.Number(context, "limit"),
        };
        var found = await queries.SearchAsync(query, context.Caller(), context.RequestAborted);
        if (!found.TryGet(out var page, out var error))
        {
            await Problem.WriteAsync(context, error);
            return null;
        }
        if (page.Next is null)
        {
            return page;
        }
        // A full page may be the last one; a sheet without labels would be an error.
        var rest = await queries.SearchAsync(
            query with
            {
                After = page.Next.Value,
                Limit = 1,
            },
            context.Caller(),
            context.RequestAborted
        );
        return rest is { IsOk: true, Value.Items.Count: 0 } ? page with { Next = null } : page;
    }

    private async ValueTask<Result<LabelContent>> LabelAsync(HttpContext context, string route, string ending, int cost)
    {
        var parsed = IdentifierTarget.Parse(
            context,
            route,
            context.Request.Query.ContainsKey("id") ? "" : "." + ending
        );
        if (!parsed.TryGet(out var identifier, out var error))
        {
            return error;
        }
        var made = await labels.MakeAsync(
            identifier,
            cost,
            context.Caller(),
            AcceptLanguage.Choose(context.Request.Headers.AcceptLanguage),
            context.RequestAborted
        );
        if (made.TryGet(out var label, out error))
        {
            made = await holds.MarkAsync(label, IsRefused(context), "id", context.Caller(), context.RequestAborted);
        }
        if (made is { IsOk: true, Value.Held: not null })
        {
            context.Response.Headers[HeldHeader] = "true";
        }
        return made;
    }

    public static bool IsRefused(HttpContext context) => HttpResults.Text(context, "held") == Refuse;

    /// <summary>What the picture costs that a query asks for. Those with a bad size are refused later.</summary>
    private static int CostOf(HttpContext context, string ending) =>
        ending == "png" && QrOptions.Parse("-", HttpResults.Text(context, "size"), null, null) is { IsOk: true } options
            ? DrawingRates.CostOf(options.Value.Size)
            : 1;

    private static Task AnswerAsync(HttpContext context, string ending, QrOptions options) =>
        ending == "svg"
            ? BytesAnswer.WriteAsync(
                context,
                StatusCodes.Status200OK,
                "image/svg+xml",
                Encoding.UTF8.GetBytes(QrCode.Svg(options))
            )
            : BytesAnswer.WriteAsync(context, StatusCodes.Status200OK, "image/png", QrCode.Png(options));

    private static Result<string> QrContent(string? asked, LabelContent label) =>
        asked switch
        {
            null or "url" => label.Url,
            "identifier" => label.Identifier,
            _ => Error.Of(
                ErrorCode.InvalidValue,
                "content must be url or identifier.",
                "content 应为 url 或 identifier。",
                "content"
            ),
        };

    private static Result<string> Format(HttpContext context, string route, string[] formats)
    {
        var given = context.Request.Query.ContainsKey("id")
            ? HttpResults.Text(context, "format") ?? formats[0]
            : formats.FirstOrDefault(f =>
                RequestTarget.Of(context).Split('?')[0].EndsWith("." + f, StringComparison.OrdinalIgnoreCase)
            );
        return given is not null && formats.Contains(given, StringComparer.OrdinalIgnoreCase)
            ? given.ToLowerInvariant()
            : Error.Of(
                ErrorCode.InvalidValue,
                $"The format must be {string.Join(" or ", formats)}: "
                    + $"{route}ID.{formats[0]} or ?id=ID&format={formats[0]}.",
                $"格式应为 {string.Join(" 或 ", formats)}：{route}ID.{formats[0]} 或 ?id=ID&format={formats[0]}。",
                "format"
            );
    }
}
