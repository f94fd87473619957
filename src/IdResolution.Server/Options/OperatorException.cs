namespace IdResolution.Server.Options;

/// <summary>
/// An error that only the operator can fix. The message says how; it is printed without a stack trace.
/// </summary>
internal sealed class OperatorException(string message) : Exception(message);
