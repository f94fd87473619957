using System.Text.Json.Serialization;
using IdResolution.Core.Primitives;

namespace IdResolution.Core.Access;

/// <summary>
/// The kinds of lines in the audit log. Each has a chain of its own, and is kept apart: what anyone can cause must not
/// push out what was done. The numbers are stored.
/// </summary>
[JsonConverter(typeof(KebabCaseEnumConverter<AuditKind>))]
public enum AuditKind
{
    /// <summary>What a known caller did. Kept by age alone.</summary>
    Act,

    /// <summary>What was refused. Gathered, kept by age and up to a number of lines.</summary>
    Denial,

    /// <summary>What somebody did whom this node does not know. Gathered and kept like denials.</summary>
    Anonymous,
}
