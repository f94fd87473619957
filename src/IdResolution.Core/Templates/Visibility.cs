using System.Text.Json.Serialization;
using IdResolution.Core.Primitives;

namespace IdResolution.Core.Templates;

/// <summary>The callers that may see an attribute.</summary>
[JsonConverter(typeof(KebabCaseEnumConverter<Visibility>))]
public enum Visibility
{
    /// <summary>The own company: roles reader, registrar and admin.</summary>
    Private,

    /// <summary>The roles of <see cref="Private"/>, and role partner.</summary>
    Partner,

    /// <summary>Everyone, also callers without a key.</summary>
    Public,
}
