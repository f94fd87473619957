namespace IdResolution.Server.Options;

/// <summary>
/// Something only the operator can mend; the message says what to do and is printed without a stack trace.
/// </summary>
internal sealed class OperatorException(string message) : Exception(message);
