namespace IdResolution.Core.Records;

/// <summary>A column of a <see cref="SideTable"/>.</summary>
/// <param name="Name">Its name in both stores.</param>
/// <param name="Kind">What it holds.</param>
/// <param name="MaxLength">
/// The most it holds: UTF-16 units of a code, bytes of a text or of bytes; 0 for numbers.
/// </param>
/// <param name="IsKey">True where it tells rows apart.</param>
public sealed record SideColumn(string Name, SideColumnKind Kind, int MaxLength = 0, bool IsKey = true);
