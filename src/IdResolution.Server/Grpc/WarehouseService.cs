using System.Globalization;
using Grpc.Core;
using IdResolution.Core.Access;
using IdResolution.Core.Traceability;
using IdResolution.Server.Http;

namespace IdResolution.Server.Grpc;

/// <summary><c>idresolution.v1.Warehouse</c>: what is where.</summary>
[BindServiceMethod(typeof(WarehouseService), nameof(Bind))]
internal sealed class WarehouseService(
    StockReader stock,
    StockCounter counter,
    FulfilmentReader orders,
    ThingFinder finder
) : V1.Warehouse.WarehouseBase
{
    private const int DefaultPage = 100;

    public static void Bind(ServiceBinderBase binder, V1.Warehouse.WarehouseBase? service) =>
        V1.Warehouse.BindService(new CheckedBinder(binder), service);

    [RoleNeeded(Role.Reader)]
    public override async Task<V1.ListStockResponse> ListStock(V1.ListStockRequest request, ServerCallContext context)
    {
        var filter = new StockFilter
        {
            Place = request.HasPlace ? request.Place : null,
            Within = request.HasWithin ? request.Within : null,
            Item = request.HasItem ? request.Item : null,
            Lot = request.HasLot ? request.Lot : null,
            Template = request.HasTemplate ? request.Template : null,
            After = request.HasAfter ? request.After : null,
            Limit = request.HasLimit ? request.Limit : DefaultPage,
        };
        var listed = await stock.ListAsync(filter, context.GetHttpContext().Caller(), context.CancellationToken);
        var page = listed.OrThrow(context);
        var response = new V1.ListStockResponse { Number = page.Number, Behind = page.Behind };
        response.Items.AddRange(page.Lines.Select(ToMessage));
        EventMessages.Set(page.Next, next => response.Next = next);
        return response;
    }

    [RoleNeeded(Role.Reader)]
    public override async Task<V1.CountStockResponse> CountStock(
        V1.CountStockRequest request,
        ServerCallContext context
    )
    {
        var wanted = new StocktakeRequest
        {
            Place = request.HasPlace ? request.Place : null,
            Scans = request.Scans,
            MissingTo = request.HasMissingTo ? request.MissingTo : null,
            Record = request.Record is { } record
                ? new IntentEvent
                {
                    Source = record.HasSource ? record.Source : null,
                    SourceKey = record.HasSourceKey ? record.SourceKey : null,
                    Time = record.HasTime ? record.Time : null,
                }
                : null,
        };
        var counted = await counter.CountAsync(wanted, context.GetHttpContext().Caller(), context.CancellationToken);
        var taken = counted.OrThrow(context);
        var response = new V1.CountStockResponse
        {
            Right = taken.IsRight,
            Expected = taken.Expected,
            Counted = taken.Counted,
            Number = taken.Number,
            Behind = taken.Behind,
        };
        response.Missing.AddRange(taken.Missing.Select(ToMessage));
        response.Elsewhere.AddRange(taken.Elsewhere.Select(ToMessage));
        response.Unexpected.AddRange(taken.Unexpected);
        response.Unknown.AddRange(taken.Unknown);
        response.Twice.AddRange(taken.Twice);
        var language = GrpcErrors.LanguageOf(context);
        response.Recorded.AddRange(taken.Recorded.Select(one => EventMessages.ToMessage(one, language)));
        return response;
    }

    [RoleNeeded(Role.Reader)]
    public override async Task<V1.Fulfilment> GetFulfilment(V1.GetFulfilmentRequest request, ServerCallContext context)
    {
        var text = request.HasIdentifier ? request.Identifier : null;
        var named = await ItemMessages.FindAsync(finder, text, request.By, "identifier", context);
        var read = await orders.ReadAsync(named, context.GetHttpContext().Caller(), context.CancellationToken);
        return ToMessage(read.OrThrow(context));
    }

    /// <summary>What became of an order, as a message.</summary>
    public static V1.Fulfilment ToMessage(Fulfilment order)
    {
        var message = new V1.Fulfilment
        {
            Identifier = order.Identifier,
            Complete = order.IsComplete,
            Number = order.Number,
        };
        EventMessages.Set(order.Template, text => message.Template = text);
        message.Lines.AddRange(order.Lines.Select(ToMessage));
        message.Unreadable.AddRange(order.Unreadable);
        return message;
    }

    private static V1.FulfilmentLine ToMessage(FulfilmentLine line)
    {
        var message = new V1.FulfilmentLine
        {
            Planned = Text(line.Planned),
            Picked = Text(line.Picked),
            Shipped = Text(line.Shipped),
            Received = Text(line.Received),
            Missing = Text(line.Missing),
        };
        EventMessages.Set(line.Material, text => message.Material = text);
        EventMessages.Set(line.Unit, text => message.Unit = text);
        return message;
    }

    private static string Text(decimal number) => number.ToString(CultureInfo.InvariantCulture);

    private static V1.StockLine ToMessage(StockLine line)
    {
        var message = new V1.StockLine { Identifier = line.Identifier, Place = line.Place };
        EventMessages.Set(line.Template, text => message.Template = text);
        EventMessages.Set(line.In, text => message.In = text);
        EventMessages.Set(line.Quantity, text => message.Quantity = text);
        EventMessages.Set(line.Unit, text => message.Unit = text);
        return message;
    }
}
