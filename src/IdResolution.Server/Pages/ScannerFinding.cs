using IdResolution.Core.Primitives;

namespace IdResolution.Server.Pages;

/// <summary>What a test says about one setting of a scanner.</summary>
/// <param name="IsGood">False if the setting must be changed.</param>
/// <param name="Message">What is right, or what to change.</param>
public sealed record ScannerFinding(bool IsGood, Text Message);
