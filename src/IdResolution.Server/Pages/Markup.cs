namespace IdResolution.Server.Pages;

/// <summary>
/// A constant of this folder that is HTML already and goes out as it is. Never made from what a caller sent.
/// </summary>
/// <param name="Html">The HTML.</param>
internal readonly record struct Markup(string Html);
