namespace IdResolution.Server.Labels;

/// <summary>The labels of the order of a scan that was recorded.</summary>
/// <param name="Order">The order.</param>
/// <param name="Items">How many labels it has.</param>
/// <param name="Zpl">All of them, for a printer; null where they are too many for the answer of a scan.</param>
internal sealed record ScanLabels(string Order, int Items, string? Zpl)
{
    /// <summary>The most labels that are in the answer of a scan.</summary>
    public const int Most = 200;

    /// <summary>The call that gives them, however many they are.</summary>
    public string Url => $"/api/v1/labels?order={Uri.EscapeDataString(Order)}";
}
