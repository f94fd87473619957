namespace IdResolution.Storage.Sql;

/// <summary>The database must not be used as it is; the message tells the operator what to do.</summary>
public sealed class DatabaseUnusableException(string message, Exception? cause = null) : Exception(message, cause);
