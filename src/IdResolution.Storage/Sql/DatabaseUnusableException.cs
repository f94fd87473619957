namespace IdResolution.Storage.Sql;

/// <summary>Thrown if the database must not be used as it is. The message tells the operator what to do.</summary>
public sealed class DatabaseUnusableException(string message, Exception? cause = null) : Exception(message, cause);
