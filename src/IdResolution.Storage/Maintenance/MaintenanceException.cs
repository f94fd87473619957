namespace IdResolution.Storage.Maintenance;

/// <summary>
/// A backup or restore cannot be done; the message tells the operator why. What was there before is as it was.
/// </summary>
public sealed class MaintenanceException(string message, Exception? cause = null) : Exception(message, cause);
