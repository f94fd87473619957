using static IdResolution.Server.Demo.PlantFormats;

namespace IdResolution.Server.Demo;

/// <summary>The demonstration plant's orders, warehouse receipts and logistics orders.</summary>
internal static class PlantOrders
{
    private const string City = "江苏省苏州市";
    private const int SystemsPerSale = 3;
    private const int SystemsPerProductionOrder = 4;

    /// <summary>Who buys systems and vehicles.</summary>
    public static readonly string[] Customers = ["远航专用车", "申城绿运"];

    private static readonly string[] Carriers = ["顺程物流", "安捷危运", "通达冷链"];

    /// <summary>All papers about what was received and made.</summary>
    public static IEnumerable<DemoItem> Items(
        SeededRandom draws,
        PlantMaterials materials,
        PlantProduction production,
        DateOnly lastDay
    ) =>
        Purchases(draws, materials.Received)
            .Concat(Stocktakes(draws, materials.Received))
            .Concat(ProductionOrders(production.Systems))
            .Concat(Sales(draws, production.Systems, lastDay));

    /// <summary>The day on which a system leaves, by its number from 1; none where there is no such system.</summary>
    public static DateOnly? LeavesOn(IReadOnlyList<BuiltSystem> systems, int number) =>
        number > systems.Count
            ? null
            : LeavesOn([.. systems.Chunk(SystemsPerSale).ElementAt((number - 1) / SystemsPerSale)]);

    // The vehicle maker has its vehicles finished at the plant. The last ones leave the day after the last system.
    private static DateOnly LeavesOn(BuiltSystem[] sold) => sold[^1].Day.AddDays(1);

    private static IEnumerable<DemoItem> Purchases(SeededRandom draws, IReadOnlyList<ReceivedLot> received)
    {
        for (var i = 0; i < received.Count; i++)
        {
            yield return Purchase(i + 1, received[i], draws);
            yield return Delivery(i + 1, received[i], draws);
            yield return Arrival(i + 1, received[i], draws);
        }
    }

    private static DemoItem Purchase(int number, ReceivedLot lot, SeededRandom draws)
    {
        var ordered = lot.Day.AddDays(-draws.Integer(20, 45));
        var order = Order(
            $"PO{ordered:yyMM}{number:00000}",
            "purchase",
            lot.Supplier,
            Name(lot.Item),
            lot.Quantity,
            lot.Unit,
            lot.Quantity * draws.Normal(lot.Price, 0.03 * lot.Price, 2),
            ordered,
            lot.Day.AddDays(draws.Integer(0, 3)),
            "completed"
        );
        var (quantity, unit) = LotEvents.AmountOf(lot.Item.Template);
        var material = lot.Item.Attributes.GetValueOrDefault("grade") ?? lot.Item.Attributes["model"];
        return order with
        {
            Attributes = new Dictionary<string, object>(order.Attributes)
            {
                ["lines"] = new[] { $"{material};{quantity};{unit}" },
            },
        };
    }

    private static DemoItem Delivery(int number, ReceivedLot lot, SeededRandom draws) =>
        Shipment(
            $"SC{lot.Day:yyMM}{number:00000}",
            draws.Pick(Carriers),
            "山东省淄博市",
            City,
            Plant,
            draws.Integer(1, 6),
            draws.Normal(120, 20, 1),
            draws.Moment(lot.Day.AddDays(-2)),
            lot.Day,
            draws.Moment(lot.Day)
        );

    private static DemoItem Arrival(int number, ReceivedLot lot, SeededRandom draws) =>
        Receipt(
            $"WR-IN-{lot.Day:yyMM}-{number:00000}",
            "inbound",
            "原材料库",
            draws,
            Name(lot.Item),
            lot.Item.SourceKey,
            lot.Quantity,
            lot.Unit,
            lot.Day
        );

    private static IEnumerable<DemoItem> Stocktakes(SeededRandom draws, IReadOnlyList<ReceivedLot> received)
    {
        var day = received.Max(lot => lot.Day).AddDays(1);
        foreach (var lot in received.DistinctBy(lot => lot.Item.Template))
        {
            yield return Receipt(
                $"WR-ST-{day:yyMM}-{lot.Item.Template}",
                "stocktake",
                "原材料库",
                draws,
                Name(lot.Item),
                lot.Item.SourceKey,
                draws.Integer(0, lot.Quantity / 2),
                lot.Unit,
                day
            );
        }
    }

    private static IEnumerable<DemoItem> ProductionOrders(IReadOnlyList<BuiltSystem> systems)
    {
        var number = 0;
        foreach (var built in systems.Chunk(SystemsPerProductionOrder))
        {
            var ordered = built[0].Day.AddDays(-5);
            var order = Order(
                $"MO{ordered:yyMM}{++number:00000}",
                "production",
                Plant,
                "燃料电池电堆",
                built.Sum(s => s.Stacks),
                "件",
                null,
                ordered,
                built[^1].Day,
                // Nobody posts what it consumes, so it is never complete.
                "released"
            );
            yield return order with
            {
                Attributes = new Dictionary<string, object>(order.Attributes)
                {
                    ["bom"] = new DemoReference("erp", PlantDesigns.StackBom),
                },
            };
        }
    }

    private static IEnumerable<DemoItem> Sales(SeededRandom draws, IReadOnlyList<BuiltSystem> systems, DateOnly lastDay)
    {
        var number = 0;
        foreach (var sold in systems.Chunk(SystemsPerSale))
        {
            number++;
            var shipped = LeavesOn(sold);
            DateOnly? delivered = SoldEvents.ArrivesOn(shipped, lastDay);
            yield return Sale(number, sold, shipped, delivered, draws);
            foreach (var system in sold)
                yield return Departure(system, shipped, draws);
            yield return Dispatch(number, sold, shipped, delivered, draws);
        }
    }

    private static DemoItem Sale(
        int number,
        BuiltSystem[] sold,
        DateOnly shipped,
        DateOnly? delivered,
        SeededRandom draws
    )
    {
        var ordered = sold[0].Day.AddDays(-draws.Integer(20, 60));
        var sale = Order(
            $"SO{ordered:yyMM}{number:00000}",
            "sales",
            Customers[number % 2],
            $"燃料电池系统 {sold[0].Model}",
            sold.Length,
            "件",
            sold.Length * 165000m,
            ordered,
            shipped.AddDays(2),
            "completed"
        );
        var attributes = new Dictionary<string, object>(sale.Attributes)
        {
            ["priority"] = "normal",
            ["configuration"] = $"{sold[0].Model}; 9.6 kg H₂",
        };
        if (delivered is { } day)
            attributes["actualDeliveryDate"] = Day(day);
        return sale with { Attributes = attributes };
    }

    private static DemoItem Departure(BuiltSystem system, DateOnly shipped, SeededRandom draws) =>
        Receipt(
            $"WR-OUT-{system.SerialNumber}",
            "outbound",
            "成品库",
            draws,
            system.Vehicle is null ? "燃料电池系统" : "燃料电池整车",
            system.Vehicle ?? system.SerialNumber,
            1,
            "件",
            shipped
        );

    private static DemoItem Dispatch(
        int number,
        BuiltSystem[] sold,
        DateOnly shipped,
        DateOnly? delivered,
        SeededRandom draws
    ) =>
        Shipment(
            $"SH{shipped:yyMM}{number:00000}",
            draws.Pick(Carriers),
            City,
            "上海市嘉定区",
            Customers[number % 2],
            sold.Length,
            sold.Sum(s => s.Vehicle is null ? 160m : 3260m),
            draws.Moment(shipped),
            shipped.AddDays(1),
            delivered is { } day ? $"{Day(day)}T{SoldEvents.Arrival}:00+08:00" : null
        );

    private static string Name(DemoItem lot) =>
        (string)(lot.Attributes.GetValueOrDefault("productName") ?? lot.Attributes["model"]);

    private static DemoItem Order(
        string number,
        string type,
        string partner,
        string product,
        int quantity,
        string unit,
        decimal? amount,
        DateOnly ordered,
        DateOnly due,
        string state
    )
    {
        var attributes = new Dictionary<string, object>
        {
            ["orderNumber"] = number,
            ["orderType"] = type,
            ["partner"] = partner,
            ["product"] = product,
            ["quantity"] = quantity,
            ["quantityUnit"] = unit,
            ["orderDate"] = Day(ordered),
            ["deliveryDate"] = Day(due),
            ["state"] = state,
        };
        if (amount is { } money)
            attributes["amount"] = money;
        return new("order", number, "erp", attributes);
    }

    private static DemoItem Receipt(
        string number,
        string type,
        string warehouse,
        SeededRandom draws,
        string material,
        string lot,
        int quantity,
        string unit,
        DateOnly day
    ) =>
        new(
            "warehouse-receipt",
            number,
            "wms",
            new Dictionary<string, object>
            {
                ["receiptNumber"] = number,
                ["receiptType"] = type,
                ["warehouse"] = warehouse,
                ["location"] =
                    $"{(char)('A' + draws.Integer(0, 5))}-{draws.Integer(1, 12):00}-{draws.Integer(1, 5):00}",
                ["material"] = material,
                ["lotNumber"] = lot,
                ["quantity"] = quantity,
                ["quantityUnit"] = unit,
                ["temperature"] = draws.Normal(22, 0.8, 1),
                ["humidity"] = draws.Normal(45, 3, 0),
                ["postedAt"] = draws.Moment(day),
                ["keeper"] = PlantResources.Keeper,
            }
        );

    private static DemoItem Shipment(
        string number,
        string carrier,
        string origin,
        string destination,
        string consignee,
        int packages,
        decimal mass,
        string shippedAt,
        DateOnly expected,
        string? deliveredAt
    )
    {
        var attributes = new Dictionary<string, object>
        {
            ["waybillNumber"] = number,
            ["carrier"] = carrier,
            ["origin"] = origin,
            ["destination"] = destination,
            ["consignee"] = consignee,
            ["packages"] = packages,
            ["grossMass"] = mass,
            ["dangerousGoods"] = false,
            ["shippedAt"] = shippedAt,
            ["expectedDate"] = Day(expected),
            ["state"] = deliveredAt is null ? "in-transit" : "delivered",
        };
        if (deliveredAt is not null)
            attributes["deliveredAt"] = deliveredAt;
        return new("logistics-order", number, "wms", attributes);
    }
}
