using System.Diagnostics.CodeAnalysis;
using System.Text;
using IdResolution.Core.Errors;

namespace IdResolution.Core.Identifiers;

/// <summary>
/// A Handle identifier <c>prefix/suffix</c> in the spelling given: a valid prefix, a suffix that is not empty, no
/// control characters, at most 255 bytes of UTF-8 (RFC 3651 §3). Only <see cref="Parse"/> makes one.
/// </summary>
public sealed class Identifier : IEquatable<Identifier>
{
    /// <summary>The prefix of all prefix records, such as <c>0.NA/88.300.1</c> (RFC 3650 §3).</summary>
    public const string PrefixRecords = "0.NA";

    private Identifier(string text, Prefix prefix, LookupKey key)
    {
        Text = text;
        Prefix = prefix;
        Key = key;
    }

    /// <summary>The whole identifier in the spelling given.</summary>
    public string Text { get; }

    /// <summary>The part before the first slash.</summary>
    public Prefix Prefix { get; }

    /// <summary>The part after the first slash. It may contain slashes.</summary>
    public string Suffix => Text[(Prefix.Text.Length + 1)..];

    /// <summary>True for a prefix record, which says who administers the prefix.</summary>
    public bool IsPrefixRecord => Prefix.Folded == PrefixRecords;

    /// <summary>The lookup key: the folded identifier.</summary>
    public LookupKey Key { get; }

    /// <summary>Parses an identifier. An <see cref="ErrorCode.InvalidIdentifier"/> says which rule it breaks.</summary>
    /// <param name="text">The identifier in any spelling, or null.</param>
    /// <param name="field">The field that the error names.</param>
    public static Result<Identifier> Parse(string? text, string field = "identifier")
    {
        if (string.IsNullOrEmpty(text))
        {
            return Invalid("An identifier is needed: prefix/suffix.", "需要标识：前缀/后缀。", field);
        }
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0)
        {
            return Invalid(
                "An identifier has a slash between prefix and suffix.",
                "标识的前缀与后缀之间应有斜杠。",
                field
            );
        }
        if (!Prefix.TryParse(text[..slash], out var prefix))
        {
            return Invalid(
                "The prefix must be digits, then groups of letters or digits after dots, such as 88.300.1.",
                "前缀应以数字开头，其后为以点分隔的字母或数字，例如 88.300.1。",
                field
            );
        }
        if (slash == text.Length - 1)
        {
            return Invalid("The suffix after the slash is empty.", "斜杠之后的后缀为空。", field);
        }
        if (Forbidden(text, field) is { } forbidden)
        {
            return forbidden;
        }
        if (Encoding.UTF8.GetByteCount(text) > LookupKey.MaxLength)
        {
            return Invalid("An identifier has at most 255 bytes of UTF-8.", "标识的 UTF-8 编码最长 255 字节。", field);
        }
        return new Identifier(text, prefix, LookupKey.Of(text));
    }

    /// <summary>Parses an identifier without making an error; false if the text is not one.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out Identifier? identifier) =>
        Parse(text).TryGet(out identifier, out _);

    /// <inheritdoc/>
    public bool Equals(Identifier? other) => other is not null && Key == other.Key;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Identifier);

    /// <inheritdoc/>
    public override int GetHashCode() => Key.GetHashCode();

    /// <inheritdoc/>
    public override string ToString() => Text;

    /// <summary>The error for the first character that no identifier may contain, or null.</summary>
    private static Error? Forbidden(string text, string field)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            if (Rune.IsControl(rune))
            {
                return Invalid("An identifier holds no control characters.", "标识不得含控制字符。", field);
            }
            if (rune == Rune.ReplacementChar)
            {
                return Invalid(
                    "An identifier is valid Unicode text without U+FFFD.",
                    "标识应为有效的 Unicode 文本，不含 U+FFFD。",
                    field
                );
            }
        }
        return null;
    }

    private static Error Invalid(string en, string zh, string field) =>
        Error.Of(ErrorCode.InvalidIdentifier, en, zh, field);
}
