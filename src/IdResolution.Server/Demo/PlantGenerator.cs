namespace IdResolution.Server.Demo;

/// <summary>
/// Makes up the last 30 days of a fuel-cell plant: resources, materials, batches, pieces, stacks, systems, vehicles and
/// the papers about them. All companies and people are fictitious. The same seed, day and size give the same items.
/// </summary>
/// <remarks>
/// Items come in the order they could be registered, parts before what holds them: each stack follows the MEA pieces
/// and plates made for it, of which those that passed are in it, and each system follows its stacks and balance of
/// plant. The key of an MEA piece is the key of its batch, a hyphen and its number in the batch.
/// </remarks>
internal sealed class PlantGenerator(int seed, DateOnly lastDay)
{
    /// <summary>The days the items spread over.</summary>
    public const int Days = 30;

    /// <summary>The items of a plant that made so many stacks, at least one; some hundred items per stack.</summary>
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
        var items = PlantResources
            .Items(draws, lastDay)
            .Concat(materials.Items())
            .Concat(production.Items(stacks))
            .Concat(PlantOrders.Items(draws, materials, production));
        foreach (var item in items)
            yield return item;
    }
}
