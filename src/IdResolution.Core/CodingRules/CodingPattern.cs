using System.Text;
using System.Text.RegularExpressions;
using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;

namespace IdResolution.Core.CodingRules;

/// <summary>
/// The parsed pattern of a coding rule, such as <c>MEA-{date:yyMMdd}-{attr:line}-{seq:5}{check}</c>. Immutable.
/// <list type="bullet">
/// <item><c>{date:FMT}</c>: <c>yyyy yy MM dd HH mm</c> and <c>- . _</c>;</item>
/// <item><c>{attr:code}</c>: the value of an attribute;</item>
/// <item><c>{seq:N}</c>: the next number in N digits, 1 to 18, at most once;</item>
/// <item><c>{check}</c>: the <see cref="Mod37_36"/> check character of the suffix before it, at the end only;</item>
/// <item><c>{check:NAME}</c>: that of another <see cref="CheckScheme"/>.</item>
/// </list>
/// </summary>
public sealed class CodingPattern
{
    /// <summary>The longest pattern, in characters.</summary>
    public const int MaxLength = 200;

    private readonly CodingPatternPart[] _parts;
    private readonly Lazy<Regex> _exact;
    private readonly Lazy<Regex> _loose;

    // Of suffixes without attributes: nearly all texts are told by it that are not like the pattern.
    private readonly int _length;

    // The text before the first other part, which tells the rest of them without an expression.
    private readonly string _head;

    // Year, month and day stand before the sequence number.
    private readonly bool _hasDayInScope;

    internal CodingPattern(
        string text,
        CodingPatternPart[] parts,
        IReadOnlyList<string> attributes,
        int sequenceDigits,
        CheckScheme? check
    )
    {
        Text = text;
        _parts = parts;
        _exact = new(() => ShapeOf(static c => Regex.Escape(c.ToString()), "[0-9]"));
        _loose = new(() =>
            ShapeOf(
                static c => LookAlikes.Other(c) is { } other ? $"[{c}{other}]" : Regex.Escape(c.ToString()),
                "[0-9OIBSZ]"
            )
        );
        CodingPatternPartKind[] scope =
        [
            .. parts.TakeWhile(part => part.Kind != CodingPatternPartKind.Sequence).Select(part => part.Kind),
        ];
        _hasDayInScope =
            Array.Exists(scope, kind => kind is CodingPatternPartKind.Year or CodingPatternPartKind.ShortYear)
            && scope.Contains(CodingPatternPartKind.Month)
            && scope.Contains(CodingPatternPartKind.Day);
        Attributes = attributes;
        SequenceDigits = sequenceDigits;
        Check = check;
        _length = parts.Sum(LengthOf) + (check?.Length ?? 0);
        _head = parts is [{ Kind: CodingPatternPartKind.Literal, Text: var head }, ..] ? head.ToUpperInvariant() : "";
        IsTelling = check is not null && Array.Exists(parts, part => part.Kind != CodingPatternPartKind.Attribute);
        MaxSequence = MaxOf(sequenceDigits);
    }

    /// <summary>The pattern as written.</summary>
    public string Text { get; }

    /// <summary>The codes of the attributes in the pattern, each once, in order of first use.</summary>
    public IReadOnlyList<string> Attributes { get; }

    /// <summary>The number of digits of the sequence; 0 without a sequence.</summary>
    public int SequenceDigits { get; }

    /// <summary>The scheme of the check characters that identifiers end in; null for none.</summary>
    public CheckScheme? Check { get; }

    /// <summary>The greatest number of the sequence; 0 without a sequence.</summary>
    public long MaxSequence { get; }

    /// <summary>Parses a pattern. The error says what is wrong and at which position, counted from 1.</summary>
    /// <param name="pattern">The pattern.</param>
    /// <param name="field">The field that the error names.</param>
    public static Result<CodingPattern> Parse(string? pattern, string field = "pattern") =>
        new CodingPatternReader(pattern ?? "", field).Read();

    /// <summary>
    /// Makes everything around the sequence number. So every refusal except exhaustion comes before a number is taken.
    /// </summary>
    /// <param name="prefix">The prefix, without the slash.</param>
    /// <param name="plantNow">The time in the plant's zone. Its local date and time are written.</param>
    /// <param name="attribute">Returns the canonical value of an attribute by its code, or null.</param>
    public Result<IdentifierDraft> Begin(string prefix, DateTimeOffset plantNow, Func<string, string?> attribute)
    {
        ArgumentException.ThrowIfNullOrEmpty(prefix);
        ArgumentNullException.ThrowIfNull(attribute);
        var text = new StringBuilder(prefix, LookupKey.MaxLength).Append('/');
        var head = "";
        foreach (var part in _parts)
        {
            if (part.Kind == CodingPatternPartKind.Sequence)
            {
                head = text.ToString();
                text.Clear();
            }
            else if (part.Kind == CodingPatternPartKind.Attribute)
            {
                var value = attribute(part.Text);
                if (Refuse(value, part.Text) is { } error)
                {
                    return error;
                }
                text.Append(value);
            }
            else
            {
                Append(text, part, plantNow);
            }
        }
        var tail = text.ToString();
        var bytes = Bytes(head, tail);
        if (bytes > LookupKey.MaxLength)
        {
            return TooLong(bytes);
        }
        DateOnly? day = _hasDayInScope ? DateOnly.FromDateTime(plantNow.DateTime) : null;
        return new IdentifierDraft(this, head, tail, prefix.Length + 1, day);
    }

    /// <summary>The length of an identifier, with its sequence number and its check characters.</summary>
    private int Bytes(string head, string tail) =>
        Encoding.UTF8.GetByteCount(head) + SequenceDigits + Encoding.UTF8.GetByteCount(tail) + (Check?.Length ?? 0);

    /// <summary>
    /// True if identifiers can be told by their shape and check characters: not if the pattern has none, or is nothing
    /// but attributes, which any text looks like.
    /// </summary>
    public bool IsTelling { get; }

    /// <summary>
    /// True if this pattern gives suffixes of this shape with this check. Attributes may have any value.
    /// </summary>
    /// <param name="suffix">The suffix, with ASCII letters in upper case.</param>
    public bool Gives(string suffix) => Check?.Fits(suffix) != false && _exact.Value.IsMatch(suffix);

    /// <summary>
    /// True if it gives suffixes of this shape when look-alikes are exchanged, whatever the check.
    /// </summary>
    /// <inheritdoc cref="Gives"/>
    public bool Resembles(string suffix) =>
        (Attributes.Count > 0 || suffix.Length == _length) && BeginsAlike(suffix) && _loose.Value.IsMatch(suffix);

    /// <summary>
    /// The position of the first character that no identifier holds (control, U+FFFD, half a surrogate pair), or -1.
    /// </summary>
    internal static int IndexOfForbidden(ReadOnlySpan<char> text)
    {
        var at = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if (Rune.IsControl(rune) || rune == Rune.ReplacementChar)
            {
                return at;
            }
            at += rune.Utf16SequenceLength;
        }
        return -1;
    }

    private bool BeginsAlike(string suffix)
    {
        if (suffix.Length < _head.Length)
        {
            return false;
        }
        for (var i = 0; i < _head.Length; i++)
        {
            if (suffix[i] != _head[i] && LookAlikes.Other(_head[i]) != suffix[i])
            {
                return false;
            }
        }
        return true;
    }

    // Without backtracking: a pattern may have many attributes, and callers choose the text.
    private Regex ShapeOf(Func<char, string> literal, string digit)
    {
        var shape = new StringBuilder("^");
        foreach (var part in _parts)
        {
            shape.Append(
                part.Kind switch
                {
                    CodingPatternPartKind.Literal => string.Concat(part.Text.ToUpperInvariant().Select(literal)),
                    CodingPatternPartKind.Attribute => ".+",
                    _ => $"{digit}{{{LengthOf(part)}}}",
                }
            );
        }
        shape.Append(Check is null ? "$" : $"[0-9A-Z]{{{Check.Length}}}$");
        return new Regex(shape.ToString(), RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
    }

    private int LengthOf(CodingPatternPart part) =>
        part.Kind switch
        {
            CodingPatternPartKind.Literal => part.Text.Length,
            CodingPatternPartKind.Attribute => 0,
            CodingPatternPartKind.Sequence => SequenceDigits,
            CodingPatternPartKind.Year => 4,
            _ => 2,
        };

    private static long MaxOf(int digits)
    {
        var power = 1L;
        for (var i = 0; i < digits; i++)
        {
            power *= 10;
        }
        return power - 1;
    }

    private static void Append(StringBuilder text, CodingPatternPart part, DateTimeOffset now)
    {
        switch (part.Kind)
        {
            case CodingPatternPartKind.Literal:
                text.Append(part.Text);
                break;
            case CodingPatternPartKind.Year:
                AppendTwo(text, now.Year / 100);
                AppendTwo(text, now.Year % 100);
                break;
            case CodingPatternPartKind.ShortYear:
                AppendTwo(text, now.Year % 100);
                break;
            case CodingPatternPartKind.Month:
                AppendTwo(text, now.Month);
                break;
            case CodingPatternPartKind.Day:
                AppendTwo(text, now.Day);
                break;
            case CodingPatternPartKind.Hour:
                AppendTwo(text, now.Hour);
                break;
            case CodingPatternPartKind.Minute:
                AppendTwo(text, now.Minute);
                break;
            default:
                throw new InvalidOperationException($"No text for {part.Kind}.");
        }
    }

    private static void AppendTwo(StringBuilder text, int number) =>
        text.Append((char)('0' + number / 10)).Append((char)('0' + number % 10));

    private Error? Refuse(string? value, string code)
    {
        if (string.IsNullOrEmpty(value))
        {
            return Invalid(
                code,
                $"The coding rule needs a value of the attribute {code}.",
                $"编码规则需要属性 {code} 的值。"
            );
        }
        if (IndexOfForbidden(value) >= 0)
        {
            return Invalid(
                code,
                "The value goes into an identifier, which holds no control characters and no broken Unicode.",
                "该值将写入标识，标识不得含控制字符或无效的 Unicode 文本。"
            );
        }
        if (Check?.IndexOfRefused(value) is >= 0 and var at)
        {
            var refused = Rune.GetRuneAt(value, at);
            return Invalid(
                code,
                $"The check character covers {Check.Covered.En} and skips - . _ / : and space; the value holds "
                    + $"{refused} at position {at + 1}.",
                $"校验字符覆盖 {Check.Covered.Zh}，跳过 - . _ / : 与空格；该值第 {at + 1} 个字符为 {refused}。"
            );
        }
        return null;
    }

    private static Error TooLong(int bytes) =>
        Error.Of(
            ErrorCode.InvalidIdentifier,
            $"The coding rule gives an identifier of {bytes} bytes of UTF-8; at most {LookupKey.MaxLength} are "
                + "allowed.",
            $"编码规则生成的标识的 UTF-8 编码为 {bytes} 字节，最长 {LookupKey.MaxLength} 字节。",
            "identifier"
        );

    private static Error Invalid(string code, string en, string zh) =>
        Error.Of(ErrorCode.InvalidValue, en, zh, $"attributes.{code}");
}
