namespace IdResolution.Core.Records;

/// <summary>A Handle value reference: a handle and an index.</summary>
public sealed record Reference(string Handle, int Index);
