using System.Text;
using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Primitives;
using IdResolution.Core.Templates;

namespace IdResolution.Core.Catalog;

/// <summary>The refusals that several use cases share, so that each has one text.</summary>
public static class IdentifierErrors
{
    /// <summary>The error for an identifier that is a tombstone. Its holder is that identifier.</summary>
    public static Error Revoked(string identifier) =>
        Error.Of(ErrorCode.Revoked, $"{identifier} was revoked.", $"标识 {identifier} 已注销。", "identifier") with
        {
            Holder = identifier,
        };

    /// <summary>The error for an identifier that is not registered.</summary>
    public static Error NotFound(string identifier) =>
        Error.Of(ErrorCode.NotFound, $"{identifier} is not registered.", $"标识 {identifier} 未注册。", "identifier");

    /// <summary>The error for a prefix that is not homed here, at the field of the caller's request.</summary>
    public static Error NotResponsible(string prefix, string field) =>
        Error.Of(
            ErrorCode.NotResponsible,
            $"The prefix {prefix} is not homed on this node.",
            $"前缀 {prefix} 不归属本节点。",
            field
        );

    /// <summary>The node has no prefix at all.</summary>
    public static Error NoPrefix(string field) =>
        Error.Of(ErrorCode.NotResponsible, "No prefix is homed on this node.", "没有归属本节点的前缀。", field);

    /// <summary>
    /// The error if there is no record: the prefix is not homed here, or the identifier is free. For callers who may
    /// see which identifiers there are, <see cref="AbsentIdentifier"/> says more.
    /// </summary>
    public static Error Absent(Identifier identifier, NodeCatalog catalog) =>
        catalog.IsHomed(identifier) ? NotFound(identifier.Text) : NotResponsible(identifier.Prefix.Text, "identifier");

    /// <summary>The error if nothing can be registered here, or null. Suffixes of templates are reserved.</summary>
    public static Error? Unregistrable(Identifier identifier, NodeCatalog catalog)
    {
        if (!catalog.IsHomed(identifier))
        {
            return NotResponsible(identifier.Prefix.Text, "identifier");
        }
        return identifier.Suffix.StartsWith(Template.IdentifierPrefix, StringComparison.OrdinalIgnoreCase)
            ? Error.Of(
                ErrorCode.InvalidIdentifier,
                $"Suffixes beginning with {Template.IdentifierPrefix} are for templates.",
                $"以 {Template.IdentifierPrefix} 开头的后缀保留给模板。",
                "identifier"
            )
            : null;
    }

    /// <summary>
    /// The error for a new identifier that would not look in print as it is: with invisible, directional or unassigned
    /// characters, or blanks at its ends; else null.
    /// </summary>
    public static Error? NotAsPrinted(Identifier identifier)
    {
        ArgumentNullException.ThrowIfNull(identifier);
        // Nearly all identifiers are ASCII, and control characters are refused in all of them.
        if (!Ascii.IsValid(identifier.Text))
        {
            foreach (var rune in identifier.Text.EnumerateRunes())
            {
                if (Invisible.IsUnprintable(rune))
                {
                    return Unprintable(rune);
                }
            }
        }
        return char.IsWhiteSpace(identifier.Suffix[0]) || char.IsWhiteSpace(identifier.Suffix[^1])
            ? Error.Of(
                ErrorCode.InvalidIdentifier,
                "The suffix of an identifier does not begin or end with a blank.",
                "标识的后缀首尾不得为空白。",
                "identifier"
            )
            : null;
    }

    private static Error Unprintable(Rune rune) =>
        Error.Of(
            ErrorCode.InvalidIdentifier,
            $"An identifier holds only characters that can be printed and seen, not U+{rune.Value:X4}.",
            $"标识只能使用可打印的可见字符，不得含 U+{rune.Value:X4}。",
            "identifier"
        );

    /// <summary>
    /// The error for an identifier that is not registered and whose check characters do not fit the coding rule that
    /// would have given it.
    /// </summary>
    /// <param name="identifier">The identifier asked for.</param>
    /// <param name="proposals">Registered identifiers that it may be a misreading of; may be empty.</param>
    public static Error Mistyped(string identifier, IReadOnlyList<string> proposals)
    {
        ArgumentNullException.ThrowIfNull(proposals);
        var (en, zh) = Registered(proposals);
        return Error.Of(
            ErrorCode.Mistyped,
            $"{identifier} is mistyped or misread: its check character does not fit, and it is not registered.{en}",
            $"标识 {identifier} 输入或扫描有误：校验字符不符，且未注册。{zh}",
            "identifier"
        ) with
        {
            Proposals = proposals,
        };
    }

    /// <summary>
    /// What is said of an identifier that was registered as it was given, though its check characters do not fit.
    /// </summary>
    /// <param name="identifier">The identifier.</param>
    /// <param name="proposals">Other registered identifiers that it may be a misreading of; may be empty.</param>
    public static Text Doubtful(string identifier, IReadOnlyList<string> proposals)
    {
        ArgumentNullException.ThrowIfNull(proposals);
        var (en, zh) = Registered(proposals);
        return new(
            $"{identifier} is perhaps mistyped or misread: its check character does not fit. It is taken so.{en}",
            $"标识 {identifier} 可能输入或扫描有误：校验字符不符；仍按所给内容接受。{zh}"
        );
    }

    private static (string En, string Zh) Registered(IReadOnlyList<string> proposals) =>
        proposals.Count == 0
            ? ("", "")
            : (
                $" Registered is: {string.Join(", ", proposals)}.",
                $"已注册的相近标识：{string.Join("、", proposals)}。"
            );

    /// <summary>The error for an identifier that is registered already. Its holder is that identifier.</summary>
    public static Error Exists(string identifier) =>
        Error.Of(
            ErrorCode.AlreadyExists,
            $"{identifier} is registered already.",
            $"标识 {identifier} 已注册。",
            "identifier"
        ) with
        {
            Holder = identifier,
        };

    /// <summary>The error for a change that was based on another version than <paramref name="current"/>.</summary>
    public static Error VersionConflict(long current) =>
        Error.Of(
            ErrorCode.VersionConflict,
            $"The record is at version {current} by now; read it again.",
            $"记录当前版本为 {current}，请重新读取。"
        );
}
