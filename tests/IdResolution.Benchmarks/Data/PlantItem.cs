namespace IdResolution.Benchmarks.Data;

/// <summary>The identifiers of a plant: all follow from the block and a number in it.</summary>
internal static class PlantItem
{
    public const string Car = $"{Item.Prefix}/CAR-1";

    public static string Delivery(int block) => Of("DEL", block / PlantShape.BlocksOfDelivery, 0);

    public static string Roll(int block) => Of("ROLL", block, 0);

    public static string Coated(int block, int number) => Of("CCM", block, number);

    public static string Batch(int block, int number) => Of("BATCH", block, number);

    public static string Cell(int block, int number) => Of("CELL", block, number);

    /// <summary>The cells in stock, which nothing was made from, have these numbers.</summary>
    public static (int First, int Count) Stock(PlantShape shape) =>
        (shape.Vehicles * PlantShape.Cells, PlantShape.Cells);

    public static string Plate(int block, int number) => Of("PLATE", block, number);

    public static string Part(int block, int number) => Of("PART", block, number);

    public static string Lot(int block, int number) => Of("LOT", block, number);

    public static string Stack(int block, int number) => Of("STACK", block, number);

    public static string System(int block, int number) => Of("SYSTEM", block, number);

    public static string Vehicle(int block, int number) => Of("VEHICLE", block, number);

    public static string Of(string series, int block, int number) => $"{Item.Prefix}/{series}-{block:D4}-{number:D5}";
}
