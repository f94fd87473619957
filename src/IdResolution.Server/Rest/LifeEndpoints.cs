using System.Text;
using IdResolution.Core.Errors;
using IdResolution.Core.Traceability;
using IdResolution.Server.Http;
using IdResolution.Server.Tracing;

namespace IdResolution.Server.Rest;

/// <summary>The calls about equipment and tools over their life.</summary>
internal sealed class LifeEndpoints(
    LifeReader lives,
    CalibrationReader calibrations,
    MadeReader made,
    ItemTarget targets
)
{
    public async Task LifeAsync(HttpContext context)
    {
        var target = await targets.FindInPathAsync(context, "/api/v1/life/");
        var result = target.TryGet(out var name, out var error)
            ? await lives.ReadAsync(
                name,
                HttpResults.Time(context, "at"),
                (int)HttpResults.Number(context, "limit"),
                context.Caller(),
                context.RequestAborted
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
        if (!(await NameAsync(context, "item")).TryGet(out var named, out var error))
        {
            await Problem.WriteAsync(context, error);
            return;
        }
        var filter = new CalibrationFilter
        {
            Item = named.Text,
            Event = HttpResults.Text(context, "event"),
            After = HttpResults.Text(context, "after"),
            Limit = (int)HttpResults.Number(context, "limit"),
        };
        var read = await calibrations.ReadAsync(filter, context.Caller(), context.RequestAborted);
        await (
            read.TryGet(out var page, out error)
                ? JsonAnswer.WriteAsync(context, writer => LifeJson.Write(writer, page))
                : Problem.WriteAsync(context, error)
        );
    }

    public async Task MadeAsync(HttpContext context)
    {
        var listed = (await NameAsync(context, "equipment")).TryGet(out var named, out var error)
            ? await made.ListAsync(MadeOf(context, named.Text), context.Caller(), context.RequestAborted)
            : error;
        if (!listed.TryGet(out var page, out error))
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

    /// <summary>What a parameter names, or the business key in its place; nothing where neither is given.</summary>
    private async ValueTask<Result<ItemAsked>> NameAsync(HttpContext context, string parameter)
    {
        if (!ItemTarget.IsByKey(context))
        {
            return new ItemAsked(HttpResults.Text(context, parameter));
        }
        var found = await targets.FindAsync(context, parameter);
        return found.TryGet(out var name, out var error) ? new ItemAsked(name.Text) : error;
    }

    private static MadeFilter MadeOf(HttpContext context, string? equipment) =>
        new()
        {
            Equipment = equipment,
            From = HttpResults.Time(context, "from"),
            To = HttpResults.Time(context, "to"),
            Template = HttpResults.Text(context, "template"),
            After = HttpResults.Text(context, "after"),
            Limit = (int)HttpResults.Number(context, "limit"),
        };
}
