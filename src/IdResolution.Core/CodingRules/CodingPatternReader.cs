using System.Text;
using IdResolution.Core.Errors;

namespace IdResolution.Core.CodingRules;

/// <summary>Parses the text of one <see cref="CodingPattern"/>. Stops at the first fault.</summary>
internal sealed class CodingPatternReader(string text, string field)
{
    private static readonly (string Text, CodingPatternPartKind Kind)[] s_dateFields =
    [
        ("yyyy", CodingPatternPartKind.Year), // before yy
        ("yy", CodingPatternPartKind.ShortYear),
        ("MM", CodingPatternPartKind.Month),
        ("dd", CodingPatternPartKind.Day),
        ("HH", CodingPatternPartKind.Hour),
        ("mm", CodingPatternPartKind.Minute),
    ];

    private readonly List<CodingPatternPart> _parts = [];
    private readonly List<string> _attributes = [];
    private readonly List<(int At, string Text)> _literals = [];
    private int _digits;
    private CheckScheme? _check;

    public Result<CodingPattern> Read()
    {
        if ((CheckWhole() ?? ReadParts() ?? CheckParts()) is { } error)
        {
            return error;
        }
        return new CodingPattern(text, [.. _parts], [.. _attributes], _digits, _check);
    }

    private Error? CheckWhole()
    {
        if (text.Length == 0)
        {
            return Invalid(
                "A pattern is needed, such as MEA-{date:yyMMdd}-{seq:5}.",
                "需要编码规则表达式，例如 MEA-{date:yyMMdd}-{seq:5}。"
            );
        }
        if (text.Length > CodingPattern.MaxLength)
        {
            return Invalid(
                $"A pattern has at most {CodingPattern.MaxLength} characters; this one has {text.Length}.",
                $"编码规则表达式最长 {CodingPattern.MaxLength} 个字符，现有 {text.Length} 个。"
            );
        }
        return CodingPattern.IndexOfForbidden(text) is >= 0 and var at
            ? InvalidAt(
                at,
                "a pattern holds no control characters and no broken Unicode.",
                "编码规则表达式不得含控制字符或无效的 Unicode 文本。"
            )
            : null;
    }

    private Error? ReadParts()
    {
        var at = 0;
        while (at < text.Length)
        {
            if (_check is not null)
            {
                return InvalidAt(at, "nothing may follow {check}.", "{check} 之后不得有其他内容。");
            }
            var brace = text.AsSpan(at).IndexOfAny('{', '}');
            var end = brace < 0 ? text.Length : at + brace;
            if (end > at)
            {
                ReadLiteral(at, end);
                at = end;
                continue;
            }
            if (text[at] == '}')
            {
                return InvalidAt(
                    at,
                    "} without {. A pattern cannot hold braces as text.",
                    "} 之前缺少 {。编码规则表达式中不能使用花括号作为文本。"
                );
            }
            var close = text.AsSpan(at + 1).IndexOfAny('{', '}');
            if (close < 0 || text[at + 1 + close] == '{')
            {
                return InvalidAt(
                    at,
                    "{ without }. A pattern cannot hold braces as text.",
                    "{ 之后缺少 }。编码规则表达式中不能使用花括号作为文本。"
                );
            }
            if (ReadPlaceholder(at, text.Substring(at + 1, close)) is { } error)
            {
                return error;
            }
            at += close + 2;
        }
        return null;
    }

    private Error? CheckParts()
    {
        if (_check is { } check && _literals.FindIndex(l => check.IndexOfRefused(l.Text) >= 0) is >= 0 and var found)
        {
            var literal = _literals[found];
            var at = literal.At + check.IndexOfRefused(literal.Text);
            var refused = Rune.GetRuneAt(text, at);
            return InvalidAt(
                at,
                $"{{check}} covers {check.Covered.En} and skips - . _ / : and space, but not {refused}.",
                $"{{check}} 覆盖 {check.Covered.Zh}，跳过 - . _ / : 与空格，不能处理 {refused}。"
            );
        }
        return _digits == 0 && _attributes.Count == 0
            ? Invalid(
                "A pattern needs {seq:N} or at least one {attr:code}, or all items would get the same identifier.",
                "编码规则表达式需要 {seq:N} 或至少一个 {attr:code}，否则所有对象的标识相同。"
            )
            : null;
    }

    private void ReadLiteral(int start, int end)
    {
        var literal = text[start..end];
        _literals.Add((start, literal));
        _parts.Add(new CodingPatternPart(CodingPatternPartKind.Literal, literal));
    }

    private Error? ReadPlaceholder(int at, string content)
    {
        if (content == "check")
        {
            _check = CheckScheme.All[0];
            return null;
        }
        var colon = content.IndexOf(':', StringComparison.Ordinal);
        var argument = colon < 0 ? "" : content[(colon + 1)..];
        return (colon < 0 ? content : content[..colon]) switch
        {
            "date" => ReadDate(at, argument),
            "attr" => ReadAttribute(at, argument),
            "seq" => ReadSequence(at, argument),
            "check" when argument.Length > 0 => ReadCheck(at, argument),
            _ => InvalidAt(
                at,
                $"{{{content}}} is not known; there are {{date:FMT}}, {{attr:code}}, {{seq:N}} and {{check}}.",
                $"{{{content}}} 无法识别；可用 {{date:FMT}}、{{attr:code}}、{{seq:N}} 与 {{check}}。"
            ),
        };
    }

    private Error? ReadDate(int at, string format)
    {
        var fields = 0;
        var i = 0;
        while (i < format.Length)
        {
            if (format[i] is '-' or '.' or '_')
            {
                _parts.Add(new CodingPatternPart(CodingPatternPartKind.Literal, format.Substring(i, 1)));
                i++;
                continue;
            }
            var (name, kind) = Array.Find(s_dateFields, f => format.AsSpan(i).StartsWith(f.Text));
            if (name is null)
            {
                return InvalidAt(
                    at + "{date:".Length + i,
                    "a date has the fields yyyy, yy, MM, dd, HH, mm and the separators - . _ only.",
                    "日期只能使用字段 yyyy、yy、MM、dd、HH、mm 与分隔符 - . _。"
                );
            }
            _parts.Add(new CodingPatternPart(kind));
            fields++;
            i += name.Length;
        }
        return fields == 0
            ? InvalidAt(
                at,
                "{date:…} needs at least one field, such as {date:yyMMdd}.",
                "{date:…} 至少需要一个字段，例如 {date:yyMMdd}。"
            )
            : null;
    }

    private Error? ReadCheck(int at, string name)
    {
        _check = CheckScheme.All.FirstOrDefault(scheme => scheme.Name == name);
        var names = string.Join(", ", CheckScheme.All.Select(scheme => scheme.Name));
        return _check is null
            ? InvalidAt(
                at,
                $"{{check:…}} needs one of {names}; {{check}} is {CheckScheme.All[0].Name}.",
                $"{{check:…}} 可取 {names}；{{check}} 即 {CheckScheme.All[0].Name}。"
            )
            : null;
    }

    private Error? ReadAttribute(int at, string code)
    {
        if (!IsAttributeCode(code))
        {
            return InvalidAt(
                at,
                "{attr:…} needs the code of an attribute: 1 to 50 letters, digits, _ - . that begin with a letter.",
                "{attr:…} 需要属性代码：1 至 50 个字母、数字、_ - .，以字母开头。"
            );
        }
        _parts.Add(new CodingPatternPart(CodingPatternPartKind.Attribute, code));
        if (!_attributes.Contains(code))
        {
            _attributes.Add(code);
        }
        return null;
    }

    private Error? ReadSequence(int at, string digits)
    {
        if (_digits > 0)
        {
            return InvalidAt(at, "a pattern has at most one {seq:N}.", "编码规则表达式最多有一个 {seq:N}。");
        }
        _digits = digits switch
        {
            [>= '1' and <= '9'] => digits[0] - '0',
            ['1', >= '0' and <= '8'] => 10 + digits[1] - '0',
            _ => 0,
        };
        if (_digits == 0)
        {
            return InvalidAt(
                at,
                "{seq:N} needs a number of digits from 1 to 18, such as {seq:5}.",
                "{seq:N} 需要位数，1 至 18，例如 {seq:5}。"
            );
        }
        _parts.Add(new CodingPatternPart(CodingPatternPartKind.Sequence));
        return null;
    }

    private static bool IsAttributeCode(string code)
    {
        if (code.Length is 0 or > 50 || !char.IsAsciiLetter(code[0]))
        {
            return false;
        }
        foreach (var c in code)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('_' or '-' or '.'))
            {
                return false;
            }
        }
        return true;
    }

    private Error InvalidAt(int at, string en, string zh) =>
        Invalid($"Position {at + 1}: {en}", $"第 {at + 1} 个字符：{zh}");

    private Error Invalid(string en, string zh) => Error.Of(ErrorCode.InvalidValue, en, zh, field);
}
