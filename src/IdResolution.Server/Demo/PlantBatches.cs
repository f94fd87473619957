namespace IdResolution.Server.Demo;

/// <summary>Items of the demonstration plant, together as they can be registered.</summary>
internal static class PlantBatches
{
    /// <summary>
    /// Batches of items in their order. What an item refers to is in an earlier batch: it has its identifier then.
    /// </summary>
    public static IEnumerable<List<DemoItem>> Of(IEnumerable<DemoItem> items, int size)
    {
        var batch = new List<DemoItem>(size);
        var pending = new HashSet<DemoReference>();
        foreach (var item in items)
        {
            if (batch.Count == size || item.Attributes.Values.OfType<DemoReference>().Any(pending.Contains))
            {
                yield return batch;
                batch = new List<DemoItem>(size);
                pending.Clear();
            }
            batch.Add(item);
            pending.Add(new DemoReference(item.Source, item.SourceKey));
        }
        yield return batch;
    }
}
