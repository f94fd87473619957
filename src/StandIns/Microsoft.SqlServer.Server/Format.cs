namespace Microsoft.SqlServer.Server;

/// <summary>How a CLR type or aggregate is serialized.</summary>
public enum Format
{
    /// <summary>Not known.</summary>
    Unknown = 0,

    /// <summary>The server's own simple format, for types made of fixed-size fields.</summary>
    Native = 1,

    /// <summary>By the type itself, through <see cref="IBinarySerialize"/>.</summary>
    UserDefined = 2,
}
