using System.Text.Json.Serialization;
using IdResolution.Core.Primitives;

namespace IdResolution.Core.Templates;

/// <summary>The states of a template version.</summary>
[JsonConverter(typeof(KebabCaseEnumConverter<TemplateState>))]
public enum TemplateState
{
    /// <summary>The version can be changed. It takes no registrations.</summary>
    Draft,

    /// <summary>The version is immutable. It takes registrations.</summary>
    Published,

    /// <summary>The version is immutable and takes no registrations. Its records stay.</summary>
    Withdrawn,
}
