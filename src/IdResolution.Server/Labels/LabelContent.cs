namespace IdResolution.Server.Labels;

/// <summary>What one label says.</summary>
/// <param name="Identifier">The identifier in full; labels may wrap it but never cut it.</param>
/// <param name="Title">The name of the template, or null.</param>
/// <param name="Lines">A few texts such as <c>name: value</c>; may be cut where room is short.</param>
/// <param name="Url">What the QR code says.</param>
internal sealed record LabelContent(string Identifier, string? Title, IReadOnlyList<string> Lines, string Url);
