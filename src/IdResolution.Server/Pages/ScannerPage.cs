namespace IdResolution.Server.Pages;

/// <summary>The content of the sheet of scanner settings.</summary>
/// <param name="Tests">The codes to scan, with what came of one of them.</param>
/// <param name="LanguageSwitchUrl">The URL of the same page in the other language; null for no link.</param>
public sealed record ScannerPage(IReadOnlyList<ScannerTest> Tests, string? LanguageSwitchUrl = null);
