using IdResolution.Core.Access;
using IdResolution.Core.Traceability;
using IdResolution.Server.Http;

namespace IdResolution.Server.Rest;

/// <summary>Declares the calls about what is where, and about orders.</summary>
internal static class WarehouseApi
{
    public static void Map(RouteGroupBuilder group, WarehouseEndpoints warehouse, BodyLimits limits)
    {
        RestApi
            .Map(
                group,
                "stock",
                "GET /stock",
                warehouse.StockAsync,
                "What is where now",
                "By place, then by item, in an order that does not change. What is on a pallet is where the pallet is.",
                Role.Reader
            )
            .Text("place", "The place: an identifier or a text.")
            .Text("within", "In its place: a place with all places within it, as their attribute parent says.")
            .Text("item", "The identifier of an item or lot.")
            .Text("lot", "A lot and the items whose attribute lot, batch or supplierLot names it.")
            .Text("template", "The code of a template.")
            .Text("after", "Goes on where the page before ended: its next.")
            .Number("limit", "Lines in one answer.", absent: 100, least: 1, greatest: StockReader.MaxPage)
            .Produces<ApiDocument.StockListing>()
            .Refuses(404, 413)
            .NeedsValues();
        RestApi
            .Map(
                group,
                "countStock",
                "POST /stock:count",
                warehouse.CountAsync,
                "Compare the stock of a place with what was scanned there",
                "Nothing changes unless record is given, which needs role registrar.",
                Role.Reader
            )
            .WithMetadata(ReadingCall.Instance)
            .Takes<StocktakeBody>(limits.Batch)
            .Produces<ApiDocument.StocktakeAnswer>()
            .Refuses(404, 409, 413);
        RestApi.MapKeyed(
            (name, route) =>
                RestApi
                    .Map(
                        group,
                        name,
                        $"GET {route}",
                        warehouse.FulfilmentAsync,
                        "What became of an order, and what it lacks",
                        "Planned, picked, shipped and received, line by line, by the events that name the order.",
                        Role.Reader
                    )
                    .Produces<ApiDocument.FulfilmentAnswer>()
                    .Refuses(413)
                    .NeedsValues(),
            "fulfilment",
            "/fulfilment"
        );
    }
}
