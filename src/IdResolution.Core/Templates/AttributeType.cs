using System.Text.Json.Serialization;
using IdResolution.Core.Primitives;

namespace IdResolution.Core.Templates;

/// <summary>The types of attributes.</summary>
[JsonConverter(typeof(KebabCaseEnumConverter<AttributeType>))]
public enum AttributeType
{
    /// <summary>Unicode text without control characters other than tab and line ends.</summary>
    Text,

    /// <summary>A whole number of any size.</summary>
    Integer,

    /// <summary>An exact decimal number. It is kept without an exponent.</summary>
    Decimal,

    /// <summary><c>true</c> or <c>false</c>.</summary>
    Boolean,

    /// <summary>A day, <c>yyyy-MM-dd</c> (RFC 3339 full-date).</summary>
    Date,

    /// <summary>A date and time of RFC 3339. It is kept in UTC, to the microsecond.</summary>
    DateTime,

    /// <summary>One of the attribute's choices.</summary>
    Choice,

    /// <summary>An identifier, on this node or on another.</summary>
    Reference,

    /// <summary>The digest of a file: <c>sha-256:</c> and 64 hexadecimal digits.</summary>
    FileDigest,
}
