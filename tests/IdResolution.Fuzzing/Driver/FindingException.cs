namespace IdResolution.Fuzzing.Driver;

/// <summary>Something that must hold does not hold for an input.</summary>
public sealed class FindingException(string message) : Exception(message);
