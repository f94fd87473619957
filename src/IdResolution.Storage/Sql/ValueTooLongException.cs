namespace IdResolution.Storage.Sql;

/// <summary>A value is too long for its column: the limits of the core and of the schema differ.</summary>
internal sealed class ValueTooLongException(string message) : Exception(message);
