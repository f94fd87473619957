using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.Json;
using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Primitives;

namespace IdResolution.Core.Templates;

/// <summary>
/// Checks a value against its attribute and makes its one canonical text, which is stored, hashed, compared and shown.
/// A repeated attribute has a JSON array without spaces: numbers and truth values are bare, all else is strings.
/// </summary>
public static class ValueCodec
{
    /// <summary>The greatest length of a text if the attribute sets no lower limit, in Unicode characters.</summary>
    public const int MaxTextLength = 65_536;

    private const int MaxItems = 2_048;
    private const int MaxSearchText = 200;

    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdefABCDEF");

    /// <summary>Makes the canonical text of a value that is not empty, or says which rule the value breaks.</summary>
    public static Result<string> Canonicalise(AttributeDefinition attribute, in InputValue input)
    {
        ArgumentNullException.ThrowIfNull(attribute);
        if (!attribute.Repeated)
        {
            return Single(attribute, in input);
        }
        if (input.Kind != InputKind.List)
        {
            var only = Single(attribute, in input);
            return only.IsOk ? ToArray(attribute, [only.Value]) : only;
        }
        if (input.Items.Count > MaxItems)
        {
            return Invalid(attribute, $"has at most {MaxItems} items", $"最多 {MaxItems} 项");
        }
        var items = new string[input.Items.Count];
        for (var i = 0; i < items.Length; i++)
        {
            var item = Single(attribute, input.Items[i]);
            if (!item.TryGet(out items[i]!, out var error))
            {
                return error;
            }
        }
        return ToArray(attribute, items);
    }

    /// <summary>The single values in a canonical text: the text itself, or the items of its array.</summary>
    public static IReadOnlyList<string> Items(AttributeDefinition attribute, string canonical) =>
        attribute.Repeated ? Items(canonical) : [canonical];

    /// <summary>The items of the canonical text of a repeated attribute.</summary>
    internal static IReadOnlyList<string> Items(string list)
    {
        using var array = JsonDocument.Parse(list);
        var items = new List<string>(array.RootElement.GetArrayLength());
        foreach (var item in array.RootElement.EnumerateArray())
        {
            items.Add(item.ValueKind == JsonValueKind.String ? item.GetString()! : item.GetRawText());
        }
        return items;
    }

    /// <summary>Turns a canonical text back into an input that gives the same text.</summary>
    public static InputValue ToInput(AttributeDefinition attribute, string canonical) =>
        attribute.Repeated
            ? InputValue.OfList([.. Items(attribute, canonical).Select(InputValue.OfText)])
            : InputValue.OfText(canonical);

    /// <summary>True if JSON shows values of the type without quotes.</summary>
    public static bool IsBare(AttributeType type) =>
        type is AttributeType.Integer or AttributeType.Decimal or AttributeType.Boolean;

    /// <summary>
    /// The text of one value in the search index, cut to 200 UTF-16 units. Numbers begin with their
    /// <see cref="DecimalText.SortKey"/>.
    /// </summary>
    public static string SearchText(AttributeDefinition attribute, string item)
    {
        var text = attribute.Type is AttributeType.Integer or AttributeType.Decimal
            ? DecimalText.SortKey(item) + item
            : item;
        if (text.Length <= MaxSearchText)
        {
            return text;
        }
        // Half a surrogate pair would make two different values equal in the store.
        return text[..(char.IsHighSurrogate(text[MaxSearchText - 1]) ? MaxSearchText - 1 : MaxSearchText)];
    }

    private static Result<string> Single(AttributeDefinition attribute, in InputValue input)
    {
        if (Misshapen(attribute, input.Kind) is { } misshapen)
        {
            return misshapen;
        }
        var text = input.Text!;
        return attribute.Type switch
        {
            AttributeType.Text => CheckText(attribute, in input),
            AttributeType.Choice => CheckChoice(attribute, text),
            AttributeType.Integer or AttributeType.Decimal => CheckNumber(attribute, in input),
            AttributeType.Boolean => CheckBoolean(attribute, text),
            AttributeType.Date => CheckDate(attribute, text),
            AttributeType.DateTime => CheckDateTime(attribute, text),
            AttributeType.Reference => CheckReference(attribute, in input),
            AttributeType.FileDigest => CheckDigest(attribute, text),
            _ => throw new InvalidOperationException($"Unknown attribute type {attribute.Type}."),
        };
    }

    /// <summary>The error for an input that is not a single value, or null.</summary>
    private static Error? Misshapen(AttributeDefinition attribute, InputKind kind) =>
        kind switch
        {
            InputKind.List => Invalid(attribute, "takes one value, not a list", "只能有一个值，不能是列表"),
            InputKind.Other => Invalid(attribute, "takes a value, not an object", "应为值，不能是对象"),
            InputKind.Null => Invalid(attribute, "has an item that is null", "含有空项"),
            _ => null,
        };

    private static Result<string> CheckBoolean(AttributeDefinition attribute, string text) =>
        text is "true" or "false" ? text : Invalid(attribute, "must be true or false", "应为 true 或 false");

    private static Result<string> CheckText(AttributeDefinition attribute, in InputValue input)
    {
        if (input.Kind != InputKind.Text)
        {
            return Invalid(attribute, "must be text", "应为文本");
        }
        var text = input.Text!;
        var length = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            length++;
            if (rune == Rune.ReplacementChar || (Rune.IsControl(rune) && rune.Value is not ('\n' or '\r' or '\t')))
            {
                return Invalid(
                    attribute,
                    "holds a control character or is not valid Unicode",
                    "含控制字符或不是有效的 Unicode 文本"
                );
            }
        }
        var maximum = attribute.MaxLength ?? MaxTextLength;
        if (length > maximum)
        {
            return Invalid(attribute, $"is longer than {maximum} characters", $"超过 {maximum} 个字符");
        }
        if (length < attribute.MinLength)
        {
            return Invalid(
                attribute,
                $"is shorter than {attribute.MinLength} characters",
                $"少于 {attribute.MinLength} 个字符"
            );
        }
        return attribute.Regex is { } regex && !regex.IsMatch(text)
            ? Invalid(attribute, $"does not match the pattern {attribute.Pattern}", $"不符合格式 {attribute.Pattern}")
            : text;
    }

    private static Result<string> CheckChoice(AttributeDefinition attribute, string text)
    {
        foreach (var choice in attribute.Choices ?? [])
        {
            if (choice == text)
            {
                return text;
            }
        }
        var choices = string.Join(", ", attribute.Choices ?? []);
        return Invalid(attribute, $"must be one of {choices}", $"应为以下之一：{choices}");
    }

    private static Result<string> CheckNumber(AttributeDefinition attribute, in InputValue input)
    {
        var whole = attribute.Type == AttributeType.Integer;
        if (
            input.Kind == InputKind.Boolean
            || !DecimalText.TryCanonicalise(input.Text!, out var number)
            || (whole && number.Contains('.', StringComparison.Ordinal))
        )
        {
            return whole
                ? Invalid(attribute, "must be a whole number", "应为整数")
                : Invalid(attribute, "must be a number", "应为数字");
        }
        return CheckRange(attribute, number, static (a, b) => DecimalText.Compare(a, b));
    }

    private static Result<string> CheckDate(AttributeDefinition attribute, string text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _)
            ? CheckRange(attribute, text, static (a, b) => string.CompareOrdinal(a, b))
            : Invalid(attribute, "must be a date, yyyy-MM-dd", "应为日期 yyyy-MM-dd");

    private static Result<string> CheckDateTime(AttributeDefinition attribute, string text) =>
        TryDateTime(text, out string? canonical)
            ? CheckRange(
                attribute,
                canonical,
                static (a, b) => TryDateTime(b, out string? bound) ? string.CompareOrdinal(a, bound) : 0
            )
            : Invalid(
                attribute,
                "must be a date and time with zone, such as 2026-03-01T08:00:00Z",
                "应为带时区的时间，例如 2026-03-01T08:00:00Z"
            );

    /// <summary>Turns an RFC 3339 date-time into UTC with six decimals, which also sorts as text.</summary>
    private static bool TryDateTime(string text, [NotNullWhen(true)] out string? canonical)
    {
        canonical = TryDateTime(text, out DateTime utc)
            ? utc.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture)
            : null;
        return canonical is not null;
    }

    /// <summary>Turns an RFC 3339 date-time into UTC, in microseconds. Further decimals are cut off.</summary>
    public static bool TryDateTime(string text, out DateTime utc)
    {
        utc = default;
        if (text.Length is < 20 or > 40 || !TryDateAndClock(text, out var read))
        {
            return false;
        }
        var rest = text.AsSpan(19);
        if (!TryMicros(ref rest, out var micros) || !TryOffset(rest, out var offset))
        {
            return false;
        }
        var ticks = read.Ticks + (micros * TimeSpan.TicksPerMicrosecond) - offset;
        if (ticks < 0 || ticks > DateTime.MaxValue.Ticks)
        {
            return false;
        }
        utc = new DateTime(ticks, DateTimeKind.Utc);
        return true;
    }

    private static bool TryDateAndClock(string text, out DateTime read)
    {
        read = default;
        if (
            text[10] is not ('T' or 't' or ' ')
            || !DateOnly.TryParseExact(
                text.AsSpan(0, 10),
                "yyyy-MM-dd",
                CultureInfo.InvariantCulture,
                DateTimeStyles.None,
                out var date
            )
            || !TimeOnly.TryParseExact(
                text.AsSpan(11, 8),
                "HH:mm:ss",
                CultureInfo.InvariantCulture,
                DateTimeStyles.None,
                out var clock
            )
        )
        {
            return false;
        }
        read = date.ToDateTime(clock);
        return true;
    }

    /// <summary>Reads the optional decimals of a second and cuts off those after the sixth.</summary>
    private static bool TryMicros(ref ReadOnlySpan<char> rest, out int micros)
    {
        micros = 0;
        if (rest[0] != '.')
        {
            return true;
        }
        var digits = rest[1..].IndexOfAnyExceptInRange('0', '9');
        if (digits < 1)
        {
            return false;
        }
        for (var i = 1; i <= 6; i++)
        {
            micros = (micros * 10) + (i <= digits ? rest[i] - '0' : 0);
        }
        rest = rest[(digits + 1)..];
        return true;
    }

    private static bool TryOffset(ReadOnlySpan<char> zone, out long ticks)
    {
        ticks = 0;
        if (zone is "Z" or "z")
        {
            return true;
        }
        if (
            zone.Length != 6
            || zone[0] is not ('+' or '-')
            || !TimeOnly.TryParseExact(
                zone[1..],
                "HH:mm",
                CultureInfo.InvariantCulture,
                DateTimeStyles.None,
                out var offset
            )
        )
        {
            return false;
        }
        ticks = zone[0] == '-' ? -offset.Ticks : offset.Ticks;
        return true;
    }

    private static Result<string> CheckReference(AttributeDefinition attribute, in InputValue input)
    {
        if (input.Kind != InputKind.Text)
        {
            return Invalid(attribute, "must be an identifier", "应为标识");
        }
        var parsed = Identifier.Parse(input.Text);
        return parsed.IsOk
            ? parsed.Value.Text
            : Error.Of(
                ErrorCode.InvalidValue,
                $"{attribute.Code}: {parsed.Error.Message.En}",
                $"{attribute.Code}：{parsed.Error.Message.Zh}",
                Field(attribute)
            );
    }

    private static Result<string> CheckDigest(AttributeDefinition attribute, string text)
    {
        const string Prefix = "sha-256:";
        return
            text.Length == Prefix.Length + 64
            && text.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)
            && !text.AsSpan(Prefix.Length).ContainsAnyExcept(HexDigits)
            ? text.ToLowerInvariant()
            : Invalid(attribute, "must be sha-256: and 64 hexadecimal digits", "应为 sha-256: 加 64 位十六进制数");
    }

    private static Result<string> CheckRange(AttributeDefinition attribute, string value, Comparison<string> compare)
    {
        if (attribute.Minimum is { } minimum && compare(value, minimum) < 0)
        {
            return Invalid(attribute, $"must be at least {minimum}", $"不得小于 {minimum}");
        }
        return attribute.Maximum is { } maximum && compare(value, maximum) > 0
            ? Invalid(attribute, $"must be at most {maximum}", $"不得大于 {maximum}")
            : value;
    }

    private static string ToArray(AttributeDefinition attribute, string[] items)
    {
        var text = new StringBuilder("[");
        foreach (var item in items)
        {
            if (text.Length > 1)
            {
                text.Append(',');
            }
            if (IsBare(attribute.Type))
            {
                text.Append(item);
            }
            else
            {
                AppendString(text, item);
            }
        }
        return text.Append(']').ToString();
    }

    // Escapes as RFC 8785 §3.2.2.2 says. A JSON library escapes by the Unicode version it knows, but the hashed text
    // must never change.
    private static void AppendString(StringBuilder text, string item)
    {
        text.Append('"');
        foreach (var c in item)
        {
            _ = c switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append("\\\\"),
                '\n' => text.Append("\\n"),
                '\r' => text.Append("\\r"),
                '\t' => text.Append("\\t"),
                '\b' => text.Append("\\b"),
                '\f' => text.Append("\\f"),
                < ' ' => text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => text.Append(c),
            };
        }
        text.Append('"');
    }

    private static string Field(AttributeDefinition attribute) => "attributes." + attribute.Code;

    private static Error Invalid(AttributeDefinition attribute, string en, string zh) =>
        Error.Of(
            ErrorCode.InvalidValue,
            $"{attribute.Code} {en}.",
            $"{Text.BeforeChinese(attribute.Names?.Zh ?? attribute.Code)}{zh}。",
            Field(attribute)
        );
}
