using System.Text.Json.Serialization;
using IdResolution.Core.Primitives;

namespace IdResolution.Core.Templates;

/// <summary>Whether an attribute is in use.</summary>
[JsonConverter(typeof(KebabCaseEnumConverter<AttributeState>))]
public enum AttributeState
{
    /// <summary>In use.</summary>
    Active,

    /// <summary>Out of use; its index stays taken.</summary>
    Disabled,
}
