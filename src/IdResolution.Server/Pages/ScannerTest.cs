using IdResolution.Core.Primitives;

namespace IdResolution.Server.Pages;

/// <summary>A code of the sheet of scanner settings, and what a scanner made of it.</summary>
/// <param name="Number">The number of the test, from 1.</param>
/// <param name="Title">What the code tests.</param>
/// <param name="Image">The QR code as a data URI.</param>
/// <param name="Received">What the scanner sent, control characters visible; null if nothing was sent yet.</param>
/// <param name="Findings">What that says about the settings.</param>
public sealed record ScannerTest(
    int Number,
    Text Title,
    string Image,
    string? Received,
    IReadOnlyList<ScannerFinding> Findings
);
