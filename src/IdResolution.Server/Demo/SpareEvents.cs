using IdResolution.Core.Traceability;
using static IdResolution.Server.Demo.PlantThings;

namespace IdResolution.Server.Demo;

/// <summary>An order of spare parts, picked onto a pallet, that waits to be shipped.</summary>
internal static class SpareEvents
{
    /// <summary>The events.</summary>
    public static IEnumerable<EventRequest> Of(PlantCalendar calendar)
    {
        IReadOnlyList<ThingRequest> parts = [.. PlantMasterData.SpareParts.Select(Machine)];
        var pallet = Stored(PlantMasterData.SparePallet);
        var place = Stored(PlantDesigns.GoodsStore);
        var day = calendar.LastDay.AddDays(-3);
        yield return calendar.Event("commission", "spares", day, "09:00") with
        {
            Items = parts,
            Place = place,
        };
        yield return calendar.Event("assemble", PlantMasterData.SparePallet, day, "10:00") with
        {
            Parent = pallet,
            Children = parts,
            Place = place,
            Step = Named("packing"),
        };
        yield return calendar.Event("move", PlantMasterData.SparePallet, day, "11:00") with
        {
            Items = [pallet],
            Place = place,
            Step = Named("put-away"),
        };
        yield return calendar.Event("cover", PlantMasterData.SpareOrder, day, "12:00") with
        {
            Documents = [Paper(PlantMasterData.SpareOrder)],
            Items = parts,
        };
    }
}
