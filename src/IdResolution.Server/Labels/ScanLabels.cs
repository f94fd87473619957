using IdResolution.Core.Errors;

namespace IdResolution.Server.Labels;

/// <summary>The labels of the order of a scan that was recorded.</summary>
/// <param name="Order">The order.</param>
/// <param name="Items">How many labels it has.</param>
/// <param name="Zpl">All of them, for a printer; null where they are too many for the answer of a scan.</param>
/// <param name="Error">Why there are none, although the scan was recorded; else null.</param>
internal sealed record ScanLabels(string Order, int Items, string? Zpl = null, Error? Error = null)
{
    /// <summary>The most labels that are in the answer of a scan.</summary>
    public const int Most = 200;

    /// <summary>The refusal of labels of no order.</summary>
    public static readonly Error Needs = Error.Of(
        ErrorCode.InvalidValue,
        "labels needs intent.order and intent.record.",
        "labels 须与 intent.order、intent.record 同用。",
        "labels"
    );

    /// <summary>The call that gives them, however many they are.</summary>
    public string Url => $"/api/v1/labels?order={Uri.EscapeDataString(Order)}";
}
