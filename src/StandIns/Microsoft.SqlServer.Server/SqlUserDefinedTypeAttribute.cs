namespace Microsoft.SqlServer.Server;

/// <summary>Marks a CLR type as a user-defined type of the server.</summary>
/// <param name="format">How the type is serialized.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct, AllowMultiple = false, Inherited = true)]
public sealed class SqlUserDefinedTypeAttribute(Format format) : Attribute
{
    /// <summary>How the type is serialized.</summary>
    public Format Format { get; } = format;

    /// <summary>The largest size of an instance in bytes; -1 for the largest there is.</summary>
    public int MaxByteSize { get; set; }

    /// <summary>Whether all instances have the same length.</summary>
    public bool IsFixedLength { get; set; }

    /// <summary>Whether instances compare as their binary forms do.</summary>
    public bool IsByteOrdered { get; set; }

    /// <summary>The name of the method that validates instances.</summary>
    public string? ValidationMethodName { get; set; }

    /// <summary>The name of the type in the server.</summary>
    public string? Name { get; set; }
}
