using IdResolution.Tds.Types;

namespace IdResolution.Tds.Language;

/// <summary>A column of a table or of a query; the type is null where it is not known before the query runs.</summary>
internal sealed record ColumnShape(string Name, SqlType? Type, string? Collation = null, bool IsNullable = true);
