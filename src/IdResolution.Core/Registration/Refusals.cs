using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Records;
using IdResolution.Core.Templates;

namespace IdResolution.Core.Registration;

/// <summary>The refusals that several use cases share, so that they read alike everywhere.</summary>
public static class Refusals
{
    /// <summary>The caller's role is too low; a caller without key is asked for one.</summary>
    public static Error Role(Caller caller, Role needed) => caller.Role == Access.Role.Anonymous
        ? Error.Of(ErrorCode.Unauthenticated, "A key is needed: Authorization: Bearer KEY.", "需要密钥：Authorization: Bearer KEY。")
        : Error.Of(ErrorCode.Forbidden, $"This needs a key with role {needed.ToString().ToLowerInvariant()}.", $"需要角色为 {needed.ToString().ToLowerInvariant()} 的密钥。");

    /// <summary>The identifier is a tombstone.</summary>
    public static Error Revoked(string identifier) =>
        Error.Of(ErrorCode.Revoked, $"{identifier} was revoked.", $"标识 {identifier} 已注销。", "identifier") with { Holder = identifier };

    /// <summary>There is no such identifier.</summary>
    public static Error NotFound(string identifier) =>
        Error.Of(ErrorCode.NotFound, $"{identifier} is not registered.", $"标识 {identifier} 未注册。", "identifier");

    /// <summary>The prefix is another node's.</summary>
    public static Error NotResponsible(Prefix prefix, string field) =>
        Error.Of(ErrorCode.NotResponsible, $"The prefix {prefix} is not homed on this node.", $"前缀 {prefix} 不由本节点负责。", field);

    /// <summary>Why there is no record: its prefix is not homed here, or nothing is registered.</summary>
    public static Error Absent(Identifier identifier, NodeCatalog catalog) =>
        catalog.IsHomed(identifier) ? NotFound(identifier.Text) : NotResponsible(identifier.Prefix, "identifier");

    /// <summary>Why nothing can be registered under an identifier, or null.</summary>
    public static Error? Unregistrable(Identifier identifier, NodeCatalog catalog) =>
        !catalog.IsHomed(identifier) ? NotResponsible(identifier.Prefix, "identifier")
        : identifier.Suffix.StartsWith(TemplateEditor.IdentifierPrefix, StringComparison.OrdinalIgnoreCase)
            ? Error.Of(ErrorCode.InvalidIdentifier, $"Suffixes beginning with {TemplateEditor.IdentifierPrefix} are for templates.", $"以 {TemplateEditor.IdentifierPrefix} 开头的后缀保留给模板。", "identifier")
        : null;

    /// <summary>The role that writes an identifier's record: those of prefixes say who administers, which is for administrators alone to say.</summary>
    public static Role RoleToWrite(Identifier identifier) => identifier.IsPrefixRecord ? Access.Role.Admin : Access.Role.Registrar;

    /// <summary>Why a caller may not have these values where those stand, or null: who may do what over the Handle protocol is administrators' to say.</summary>
    /// <param name="caller">Who writes.</param>
    /// <param name="values">What is to stand, secrets that were there before as they are stored.</param>
    /// <param name="before">What stands.</param>
    internal static Error? Granting(Caller caller, IReadOnlyList<RawValue> values, IReadOnlyList<RawValue> before)
    {
        if (caller.Is(Access.Role.Admin))
        {
            return null;
        }
        var changed = Unmatched(values, before) ?? Unmatched(before, values);
        return changed is null ? null : Error.Of(
            ErrorCode.Forbidden,
            $"values: {changed.Type} at index {changed.Index} says who may do what; that needs a key with role admin.",
            $"values：索引 {changed.Index} 处的 {changed.Type} 涉及授权，需要角色为 admin 的密钥。",
            "values");

        static RawValue? Unmatched(IReadOnlyList<RawValue> these, IReadOnlyList<RawValue> those)
        {
            foreach (var value in these)
            {
                if (value.IsGranting && !those.Any(other => other.Index == value.Index && other.Encode().AsSpan().SequenceEqual(value.Encode())))
                {
                    return value;
                }
            }
            return null;
        }
    }

    /// <summary>There is a record already.</summary>
    public static Error Exists(string identifier) =>
        Error.Of(ErrorCode.AlreadyExists, $"{identifier} is registered already.", $"标识 {identifier} 已注册。", "identifier") with { Holder = identifier };

    /// <summary>The version named is not the current one.</summary>
    public static Error VersionConflict(long current) =>
        Error.Of(ErrorCode.VersionConflict, $"The record is at version {current} by now; read it again.", $"记录当前版本为 {current}，请重新读取。");

    internal static Error NotUnique(RecordWriteResult result)
    {
        var holder = RecordReader.IdentifierOf(result.Record!);
        return Error.Of(
            ErrorCode.AlreadyExists,
            $"{result.Field}: {holder} has this value already, and it must be unique.",
            $"{result.Field}：{holder} 已使用该值，此属性要求唯一。",
            "attributes." + result.Field) with { Holder = holder };
    }

    internal static Error Conflict(RegistrationRequest request, RecordWriteResult result)
    {
        var holder = RecordReader.IdentifierOf(result.Record!);
        return result.Outcome == WriteOutcome.KeyTaken
            ? Error.Of(
                ErrorCode.KeyConflict,
                $"The key {request.SourceKey} of source {request.Source} is bound to {holder} with other content.",
                $"来源 {request.Source} 的键 {request.SourceKey} 已绑定到内容不同的标识 {holder}。",
                "sourceKey") with { Holder = holder }
            : Error.Of(
                ErrorCode.AlreadyExists,
                $"{holder} is registered already with other content or under another key.",
                $"标识 {holder} 已以不同的内容或不同的业务键注册。",
                "identifier") with { Holder = holder };
    }
}
