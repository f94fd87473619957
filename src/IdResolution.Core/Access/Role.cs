using System.Text.Json.Serialization;
using IdResolution.Core.Primitives;

namespace IdResolution.Core.Access;

/// <summary>
/// The roles of callers, from the least to the most rights. A role includes those before it, but <see cref="Auditor"/>,
/// which is beside them.
/// </summary>
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

    /// <summary>Reads the audit log. For the rest it may what callers without a key may.</summary>
    Auditor,
}
