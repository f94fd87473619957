using System.Text.Json.Serialization;
using IdResolution.Core.Primitives;

namespace IdResolution.Core.Templates;

/// <summary>The types an attribute can have.</summary>
[JsonConverter(typeof(KebabCaseEnumConverter<AttributeType>))]
public enum AttributeType
{
    /// <summary>Unicode text.</summary>
    Text,

    /// <summary>A whole number of any size.</summary>
    Integer,

    /// <summary>A decimal number, exact, without exponent.</summary>
    Decimal,

    /// <summary><c>true</c> or <c>false</c>.</summary>
    Boolean,

    /// <summary>A day, <c>yyyy-MM-dd</c> (RFC 3339 full-date).</summary>
    Date,

    /// <summary>A moment, RFC 3339; kept in UTC to the microsecond.</summary>
    DateTime,

    /// <summary>One of the attribute's choices.</summary>
    Choice,

    /// <summary>Another identifier, on this node or elsewhere.</summary>
    Reference,

    /// <summary>The digest of a file: <c>sha-256:</c> and 64 hexadecimal digits.</summary>
    FileDigest,
}
