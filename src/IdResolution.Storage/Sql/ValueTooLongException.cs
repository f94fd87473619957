namespace IdResolution.Storage.Sql;

/// <summary>A value does not fit its column: the core's limits and the schema's disagree.</summary>
internal sealed class ValueTooLongException(string message) : Exception(message);
