using System.Text.Json.Serialization;
using IdResolution.Core.Primitives;

namespace IdResolution.Core.Access;

/// <summary>How an item that a partner is not shown stands in a trace between those that are.</summary>
[JsonConverter(typeof(KebabCaseEnumConverter<HiddenForm>))]
public enum HiddenForm
{
    /// <summary>Not at all, and the trace does not go through it.</summary>
    Omit,

    /// <summary>As a step without name, so that the trace goes on behind it.</summary>
    Anonymous,
}
