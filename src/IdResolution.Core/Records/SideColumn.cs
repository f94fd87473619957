namespace IdResolution.Core.Records;

/// <summary>A column of a <see cref="SideTable"/>.</summary>
/// <param name="Name">The name in both stores.</param>
/// <param name="Kind">The kind of value.</param>
/// <param name="MaxLength">
/// The greatest length: UTF-16 units for a code, bytes for a text or bytes, 0 for a number.
/// </param>
/// <param name="IsKey">True if the column is part of the key of a row.</param>
public sealed record SideColumn(string Name, SideColumnKind Kind, int MaxLength = 0, bool IsKey = true);
