namespace IdResolution.Server.Demo;

/// <summary>
/// Makes up the last 30 days of a fuel-cell plant: resources, materials, batches, pieces, stacks, systems, vehicles and
/// the papers about them. All companies and people are fictitious. The same seed, day and size give the same items.
/// </summary>
/// <remarks>
/// Items come in an order in which they can be registered: parts come before what is made of them. Each stack follows
/// the MEA pieces and plates that were made for it; those that passed are in the stack. Each system follows its stacks
/// and its balance of plant. The key of an MEA piece is the key of its batch, a hyphen and its number in the batch.
/// </remarks>
internal sealed class PlantGenerator(int seed, DateOnly lastDay)
{
    /// <summary>The number of days over which the items are spread.</summary>
    public const int Days = 30;

    /// <summary>
    /// The items of a plant that made this many stacks (at least one). Each stack brings some hundred items.
    /// </summary>
    public IEnumerable<DemoItem> Generate(int stacks)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(stacks, 1);
        return Items(stacks);
    }

    private IEnumerable<DemoItem> Items(int stacks)
    {
        var draws = new SeededRandom(seed);
        var firstDay = lastDay.AddDays(1 - Days);
        var materials = new PlantMaterials(draws, firstDay, stacks);
        var production = new PlantProduction(draws, firstDay, lastDay, materials);
        var coated = new List<DemoItem>();
        var items = PlantDesigns
            .Items()
            .Concat(PlantResources.Items(draws, lastDay))
            .Concat(materials.Items())
            .Concat(PlantRecords.Inspections([.. materials.Received, .. materials.Sheets]))
            .Concat(production.Items(stacks))
            .Concat(PlantOrders.Items(draws, materials, production, lastDay))
            .Concat(PlantMasterData.Items(draws, production.Systems, lastDay));
        foreach (var item in items)
        {
            if (item.Template == "ccm-batch")
                coated.Add(item);
            yield return item;
        }
        foreach (var item in PlantRecords.Energy(coated))
            yield return item;
    }
}
