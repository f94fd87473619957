namespace IdResolution.Benchmarks.Data;

/// <summary>
/// The shape of a plant: blocks of one membrane roll each, with all that is made from it and what is built in beside it.
/// A block of 97 vehicles has 99,951 items.
/// </summary>
/// <param name="Blocks">How many rolls.</param>
/// <param name="Vehicles">How many vehicles the stacks of a roll go into.</param>
internal sealed record PlantShape(int Blocks, int Vehicles)
{
    /// <summary>The blocks whose materials came with one delivery: 10⁶ items were made from it.</summary>
    public const int BlocksOfDelivery = 10;

    /// <summary>Pieces of a batch, and cells of a stack: one batch more than stacks leaves as many pieces in stock.</summary>
    public const int Cells = 300;

    public const int Plates = Cells + 1;

    public const int PartsOfVehicle = 300;

    public const int PartsOfSystem = 122;

    public const int PartLots = 10;

    public const int Modules = 100;

    /// <summary>Parts of a module of the car with 10,000 parts, the modules counted.</summary>
    public const int PartsOfModule = 99;

    private const int VehiclesOfBlock = 97;
    private const int ItemsOfBlock = 100_000;

    public int Batches => Vehicles + 1;

    public int Coated => Math.Max(1, Batches / 5);

    /// <summary>What was made from a roll.</summary>
    public int MadeFromRoll => Coated + Batches + (Batches * Cells) + (3 * Vehicles);

    /// <summary>A plant of about so many items; a small one has a block that is smaller.</summary>
    public static PlantShape Of(long items) =>
        items < ItemsOfBlock
            ? new PlantShape(1, (int)Math.Max(1, items * VehiclesOfBlock / ItemsOfBlock))
            : new PlantShape((int)(items / ItemsOfBlock), VehiclesOfBlock);
}
