using IdResolution.Core.Traceability;
using IdResolution.Server.Http;

namespace IdResolution.Server.Rest;

/// <summary>The calls about what is where.</summary>
internal sealed class WarehouseEndpoints(
    StockReader stock,
    StockCounter counter,
    FulfilmentReader orders,
    ItemTarget targets
)
{
    public async Task StockAsync(HttpContext context)
    {
        var filter = new StockFilter
        {
            Place = HttpResults.Text(context, "place"),
            Within = HttpResults.Text(context, "within"),
            Item = HttpResults.Text(context, "item"),
            Lot = HttpResults.Text(context, "lot"),
            Template = HttpResults.Text(context, "template"),
            After = HttpResults.Text(context, "after"),
            Limit = (int)HttpResults.Number(context, "limit"),
        };
        var listed = await stock.ListAsync(filter, context.Caller(), context.RequestAborted);
        await (
            listed.TryGet(out var page, out var error)
                ? JsonAnswer.WriteAsync(context, writer => StockJson.Write(writer, page))
                : Problem.WriteAsync(context, error)
        );
    }

    public Task CountAsync(HttpContext context) =>
        HttpResults.WithBodyAsync(
            context,
            RestJson.Default.StocktakeBody,
            async (body, misread) =>
            {
                var request = body.ToRequest() with { Misread = misread };
                var counted = await counter.CountAsync(request, context.Caller(), context.RequestAborted);
                var language = AcceptLanguage.Choose(context.Request.Headers.AcceptLanguage);
                await (
                    counted.TryGet(out var taken, out var error)
                        ? JsonAnswer.WriteAsync(context, writer => StockJson.Write(writer, taken, language))
                        : Problem.WriteAsync(context, error)
                );
            }
        );

    public async Task FulfilmentAsync(HttpContext context)
    {
        var target = await targets.FindInPathAsync(context, "/api/v1/fulfilment/");
        var result = target.TryGet(out var named, out var error)
            ? await orders.ReadAsync(named, context.Caller(), context.RequestAborted)
            : error;
        await (
            result.TryGet(out var order, out error)
                ? JsonAnswer.WriteAsync(context, writer => StockJson.Write(writer, order))
                : Problem.WriteAsync(context, error)
        );
    }
}
