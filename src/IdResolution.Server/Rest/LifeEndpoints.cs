using System.Text;
using IdResolution.Core.Traceability;
using IdResolution.Server.Http;
using IdResolution.Server.Tracing;

namespace IdResolution.Server.Rest;

/// <summary>The calls about equipment and tools over their life.</summary>
internal sealed class LifeEndpoints(
    LifeReader lives,
    CalibrationReader calibrations,
    MadeReader made,
    ThingFinder finder
)
{
    public async Task LifeAsync(HttpContext context)
    {
        var (caller, stop) = (context.Caller(), context.RequestAborted);
        var result =
            IdentifierTarget.Read(context, "/api/v1/life/").TryGet(out var named, out var error)
            && ItemName.Parse(named.Text, named.Field).TryGet(out var name, out error)
                ? await lives.ReadAsync(
                    await finder.ResolveAsync(name, caller, stop),
                    HttpResults.Time(context, "at"),
                    (int)HttpResults.Number(context, "limit"),
                    caller,
                    stop
                )
                : error;
        await (
            result.TryGet(out var life, out error)
                ? JsonAnswer.WriteAsync(context, writer => LifeJson.Write(writer, life))
                : Problem.WriteAsync(context, error)
        );
    }

    public async Task CalibrationAsync(HttpContext context)
    {
        var filter = new CalibrationFilter
        {
            Item = HttpResults.Text(context, "item"),
            Event = HttpResults.Text(context, "event"),
            After = HttpResults.Text(context, "after"),
            Limit = (int)HttpResults.Number(context, "limit"),
        };
        var read = await calibrations.ReadAsync(filter, context.Caller(), context.RequestAborted);
        await (
            read.TryGet(out var page, out var error)
                ? JsonAnswer.WriteAsync(context, writer => LifeJson.Write(writer, page))
                : Problem.WriteAsync(context, error)
        );
    }

    public async Task MadeAsync(HttpContext context)
    {
        var listed = await made.ListAsync(MadeOf(context), context.Caller(), context.RequestAborted);
        if (!listed.TryGet(out var page, out var error))
        {
            await Problem.WriteAsync(context, error);
        }
        else if (HttpResults.Text(context, "format") == LifeApi.Csv)
        {
            // A table has no place for it.
            context.Response.Headers["X-Next"] = page.Next;
            var table = Encoding.UTF8.GetBytes($"{MadeCsv.Titles}\r\n{MadeCsv.Lines(page)}");
            await BytesAnswer.WriteAsync(context, StatusCodes.Status200OK, MadeCsv.Media, table);
        }
        else
        {
            await JsonAnswer.WriteAsync(context, writer => LifeJson.Write(writer, page));
        }
    }

    private static MadeFilter MadeOf(HttpContext context) =>
        new()
        {
            Equipment = HttpResults.Text(context, "equipment"),
            From = HttpResults.Time(context, "from"),
            To = HttpResults.Time(context, "to"),
            Template = HttpResults.Text(context, "template"),
            After = HttpResults.Text(context, "after"),
            Limit = (int)HttpResults.Number(context, "limit"),
        };
}
