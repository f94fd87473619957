using System.Text.Json.Serialization;
using IdResolution.Core.Primitives;

namespace IdResolution.Core.Templates;

/// <summary>Who may see an attribute.</summary>
[JsonConverter(typeof(KebabCaseEnumConverter<Visibility>))]
public enum Visibility
{
    /// <summary>The company: roles reader, registrar and admin.</summary>
    Private,

    /// <summary>Also role partner.</summary>
    Partner,

    /// <summary>Everyone.</summary>
    Public,
}
