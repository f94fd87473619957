namespace IdResolution.Storage.Maintenance;

/// <summary>
/// Thrown if a backup, restore or copy cannot be done. The message says why. An existing database is unchanged.
/// </summary>
public sealed class MaintenanceException(string message, Exception? cause = null) : Exception(message, cause);
