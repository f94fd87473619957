using System.Text.Json.Serialization;
using IdResolution.Core.Primitives;

namespace IdResolution.Core.Templates;

/// <summary>The life of a template version.</summary>
[JsonConverter(typeof(KebabCaseEnumConverter<TemplateState>))]
public enum TemplateState
{
    /// <summary>Can be changed; takes no registrations.</summary>
    Draft,

    /// <summary>Immutable; takes registrations.</summary>
    Published,

    /// <summary>Immutable; takes no registrations, its records stay.</summary>
    Withdrawn,
}
