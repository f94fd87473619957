using System.Text.Json.Serialization;
using IdResolution.Core.Primitives;

namespace IdResolution.Core.Access;

/// <summary>The roles of callers, from the least to the most rights. A role includes those before it.</summary>
[JsonConverter(typeof(KebabCaseEnumConverter<Role>))]
public enum Role
{
    /// <summary>A caller without a key: sees what is public.</summary>
    Anonymous,

    /// <summary>Another company: also sees partner attributes.</summary>
    Partner,

    /// <summary>Also sees all attributes, and searches.</summary>
    Reader,

    /// <summary>Also registers, updates and revokes.</summary>
    Registrar,

    /// <summary>May do everything: templates, rules, prefixes, keys, audit log, erasing.</summary>
    Admin,
}
