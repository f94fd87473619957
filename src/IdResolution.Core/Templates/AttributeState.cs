using System.Text.Json.Serialization;
using IdResolution.Core.Primitives;

namespace IdResolution.Core.Templates;

/// <summary>The states of an attribute.</summary>
[JsonConverter(typeof(KebabCaseEnumConverter<AttributeState>))]
public enum AttributeState
{
    /// <summary>The attribute takes values and is shown.</summary>
    Active,

    /// <summary>The attribute takes no values and is not shown. Its index stays reserved.</summary>
    Disabled,
}
