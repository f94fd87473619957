using System.Diagnostics;
using IdResolution.Core.Errors;

namespace IdResolution.Core.CodingRules;

/// <summary>
/// An identifier that a <see cref="CodingPattern"/> has made except for its number and check character. Immutable.
/// </summary>
public sealed class IdentifierDraft
{
    private readonly CodingPattern _pattern;
    private readonly string _head;
    private readonly string _tail;
    private readonly int _suffixStart;

    internal IdentifierDraft(CodingPattern pattern, string head, string tail, int suffixStart, DateOnly? day)
    {
        Day = day;
        _pattern = pattern;
        _head = head;
        _tail = tail;
        _suffixStart = suffixStart;
        Scope = HasSequence ? Fold(head) : "";
    }

    /// <summary>
    /// The scope of the sequence: the text before the number from the prefix on, with ASCII letters in upper case.
    /// Empty without a sequence.
    /// </summary>
    public string Scope { get; }

    /// <summary>The plant's day, if the text before the number holds it whole; else null.</summary>
    public DateOnly? Day { get; }

    /// <summary>True if the identifier needs a number.</summary>
    public bool HasSequence => _pattern.SequenceDigits > 0;

    /// <summary>
    /// Makes the whole identifier. <see cref="ErrorCode.SequenceExhausted"/> if the number has too many digits.
    /// </summary>
    /// <param name="number">The number within <see cref="Scope"/>; ignored without a sequence.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative.</exception>
    public Result<string> Complete(long number)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(number);
        if (HasSequence && number > _pattern.MaxSequence)
        {
            return Error.Of(
                ErrorCode.SequenceExhausted,
                $"The coding rule has no number left after {_head}: {_pattern.MaxSequence} was the last.",
                $"编码规则在 {_head} 之后的流水号已用尽：最大为 {_pattern.MaxSequence}。",
                "identifier"
            );
        }
        var length = _head.Length + _pattern.SequenceDigits + _tail.Length + (_pattern.Check?.Length ?? 0);
        return string.Create(
            length,
            (Draft: this, Number: number),
            static (span, state) => state.Draft.Write(span, state.Number)
        );
    }

    /// <summary>
    /// True if an identifier that this draft gave ends in check characters that look like digits, O or I, and another
    /// number would give others.
    /// </summary>
    public bool LooksAmbiguous(string identifier)
    {
        ArgumentNullException.ThrowIfNull(identifier);
        return HasSequence
            && _pattern.Check is { } check
            && identifier.AsSpan(identifier.Length - check.Length).ContainsAny('O', 'I');
    }

    private void Write(Span<char> span, long number)
    {
        _head.CopyTo(span);
        var at = _head.Length + _pattern.SequenceDigits;
        for (var i = at - 1; i >= _head.Length; i--)
        {
            span[i] = (char)('0' + number % 10);
            number /= 10;
        }
        _tail.CopyTo(span[at..]);
        if (_pattern.Check is { } check && !check.TryCompute(span[_suffixStart..^check.Length], span[^check.Length..]))
        {
            // CodingPatternReader and CodingPattern.Begin refuse the characters that the check refuses.
            throw new UnreachableException(_head);
        }
    }

    private static string Fold(string text) =>
        string.Create(
            text.Length,
            text,
            static (span, source) =>
            {
                for (var i = 0; i < span.Length; i++)
                {
                    var c = source[i];
                    span[i] = char.IsAsciiLetterLower(c) ? (char)(c - 0x20) : c;
                }
            }
        );
}
