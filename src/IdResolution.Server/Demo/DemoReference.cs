namespace IdResolution.Server.Demo;

/// <summary>The value of an attribute that refers to an item registered before.</summary>
/// <param name="Source">The system that knows the item.</param>
/// <param name="Key">Its key there.</param>
internal sealed record DemoReference(string Source, string Key);
