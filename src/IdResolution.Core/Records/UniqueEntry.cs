namespace IdResolution.Core.Records;

/// <summary>A value that no other active record of the template may have.</summary>
/// <param name="AttributeIndex">The attribute's Handle index.</param>
/// <param name="AttributeCode">Its code, for the error.</param>
/// <param name="Hash">SHA-256 of the canonical value.</param>
public readonly record struct UniqueEntry(int AttributeIndex, string AttributeCode, byte[] Hash);
