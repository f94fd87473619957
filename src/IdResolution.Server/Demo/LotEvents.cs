using IdResolution.Core.Traceability;
using static IdResolution.Server.Demo.PlantThings;

namespace IdResolution.Server.Demo;

/// <summary>How lots came to the demonstration plant: received, inspected, with the supplier's certificate.</summary>
/// <param name="calendar">The times of events.</param>
internal sealed class LotEvents(PlantCalendar calendar)
{
    // What comes in, how much a lot has, its unit, and the greenhouse gases that its supplier declares for all of it.
    private static readonly Dictionary<string, (string Quantity, string Unit, string Carbon)> s_lots = new()
    {
        ["catalyst-lot"] = ("2", "KGM", "14000"),
        ["ionomer-lot"] = ("20", "KGM", "1800"),
        ["membrane-roll"] = ("200", "MTR", "800"),
        ["gdl-lot"] = ("300", "MTK", "3600"),
        ["end-plate"] = ("60", "H87", "2700"),
        ["gasket"] = ("2500", "H87", "125"),
        ["sheet-metal"] = ("500", "KGM", "3100"),
    };

    /// <summary>How much a lot of a template has, and its unit.</summary>
    public static (string Quantity, string Unit) AmountOf(string template) =>
        (s_lots[template].Quantity, s_lots[template].Unit);

    /// <summary>True for a template of lots that come in.</summary>
    public static bool IsLot(string template) => s_lots.ContainsKey(template);

    /// <summary>What happened to a lot before it was used.</summary>
    public IEnumerable<EventRequest> Of(DemoItem lot)
    {
        var (quantity, unit, carbon) = s_lots[lot.Template];
        yield return calendar.Event("commission", lot.SourceKey, DayOf(lot), "00:30") with
        {
            Items = [Thing(lot, quantity, unit)],
        };
        foreach (var (days, made) in SupplierSteps.Of(lot))
        {
            var day = DayOf(lot).AddDays(days);
            yield return calendar.Event(made.Type!, $"{made.Step!.Text} {lot.SourceKey}", day, "01:00") with
            {
                Items = made.Items,
                Step = made.Step,
                Measurements = made.Measurements,
            };
        }
        yield return calendar.Event("inspect", lot.SourceKey, CameOn(lot), "03:00") with
        {
            Items = [Thing(lot)],
            Place = Stored(PlantDesigns.RawStore),
            Persons = [Person(PlantRecords.Inspector)],
            Documents = [Machine(PlantRecords.InspectionOf(lot))],
            Step = Named("incoming-inspection"),
            Measurements = lot.Attributes.TryGetValue("certificate", out var certificate)
                ? [Noted("certificate", (string)certificate) with { Result = "pass" }, Carbon(carbon)]
                : [],
            Disposition = "available",
        };
    }

    /// <summary>A lot was brought, as ordered, and put away, as its receipt says.</summary>
    /// <param name="lot">The lot.</param>
    /// <param name="order">The purchase order.</param>
    /// <param name="delivery">The supplier's delivery note.</param>
    /// <param name="receipt">The warehouse receipt.</param>
    public IEnumerable<EventRequest> Came(DemoItem lot, DemoItem order, DemoItem delivery, DemoItem receipt)
    {
        var (quantity, unit) = AmountOf(lot.Template);
        IReadOnlyList<ThingRequest> whole = [Thing(lot, quantity, unit)];
        yield return calendar.Event("cover", delivery.SourceKey, DayOf(delivery, "shippedAt"), "07:00") with
        {
            Items = whole,
            Documents = [Thing(delivery)],
        };
        yield return calendar.Event("observe", $"delivery {lot.SourceKey}", DayOf(delivery, "shippedAt"), "08:00") with
        {
            Items = [Thing(lot)],
            Documents = [Thing(order), Thing(delivery)],
            Place = Named(Text(delivery, "origin")),
            Step = Named("delivery"),
            Measurements = [Noted("supplierLot", Text(lot, "supplierLot")), Noted("supplier", Text(lot, "supplier"))],
        };
        yield return calendar.Event("receive", lot.SourceKey, CameOn(lot), "02:00") with
        {
            Items = whole,
            Documents = [Thing(order), Thing(delivery), Thing(receipt)],
            Place = Stored(PlantDesigns.RawStore),
            Step = Named("receipt"),
        };
        yield return calendar.Event("move", $"put-away {lot.SourceKey}", DayOf(receipt, "postedAt"), "04:00") with
        {
            Items = [Thing(lot)],
            Documents = [Thing(receipt)],
            Place = Stored(PlantDesigns.RawRack),
            Step = Named("put-away"),
            Measurements =
            [
                Measured("received", receipt.Attributes["quantity"], Text(receipt, "quantityUnit")) with
                {
                    Set = Text(order, "quantity"),
                },
                Measured("temperature", receipt.Attributes["temperature"], "CEL"),
                Measured("humidity", receipt.Attributes["humidity"], "P1"),
            ],
        };
    }

    // The day stands in the key.
    private static DateOnly CameOn(DemoItem lot) => DateOnly.ParseExact(lot.SourceKey.Split('-')[2], "yyMMdd");
}
