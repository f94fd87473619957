using System.Text.Json.Serialization;
using IdResolution.Core.Primitives;

namespace IdResolution.Core.Access;

/// <summary>Whether a grant holds.</summary>
[JsonConverter(typeof(KebabCaseEnumConverter<GrantState>))]
public enum GrantState
{
    /// <summary>Not yet.</summary>
    Waiting,

    /// <summary>It holds.</summary>
    InForce,

    /// <summary>No more, and never again.</summary>
    Over,
}
