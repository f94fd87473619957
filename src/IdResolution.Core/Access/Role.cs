using System.Text.Json.Serialization;
using IdResolution.Core.Primitives;

namespace IdResolution.Core.Access;

/// <summary>What a key may do, from least to most.</summary>
[JsonConverter(typeof(KebabCaseEnumConverter<Role>))]
public enum Role
{
    /// <summary>Nobody: sees what is public.</summary>
    Anonymous,

    /// <summary>Another company: sees public and partner attributes.</summary>
    Partner,

    /// <summary>Sees all attributes.</summary>
    Reader,

    /// <summary>Registers, updates and revokes.</summary>
    Registrar,

    /// <summary>Everything: templates, rules, prefixes, keys, audit, erasing.</summary>
    Admin,
}
