using System.Text;
using IdResolution.Core.CodingRules;
using IdResolution.Core.Identifiers;
using IdResolution.Fuzzing.Driver;

namespace IdResolution.Fuzzing.Targets;

/// <summary>
/// Patterns of coding rules, the identifiers that they give, and check characters. An input is a pattern, a line feed, a
/// value for its attributes, a line feed, and a text for the check characters.
/// </summary>
internal sealed class RulesTarget : FuzzTarget
{
    private static readonly DateTimeOffset s_now = new(2026, 3, 1, 8, 5, 0, TimeSpan.FromHours(8));

    public override string Name => "rules";

    public override int MaxLength => 600;

    // Two regular expressions of a pattern, which the node makes once for each rule.
    public override long AllocationBase => 16 << 20;

    public override IReadOnlyList<string> Tokens =>
        [
            "{date:yyMMdd}",
            "{date:yyyy}",
            "{date:HHmm}",
            "{date:",
            "{attr:line}",
            "{attr:",
            "{seq:5}",
            "{seq:18}",
            "{seq:1}",
            "{check}",
            "{check:mod37-36}",
            "{check:mod1271-36}",
            "{check:gb32100}",
            "{",
            "}",
            "MEA-",
            "\n",
            "O",
            "I",
            "0",
            "1",
            "-",
            ".",
            "_",
            "/",
            ":",
            " ",
            "é",
            "𠀀",
            "\ufffd",
            "\0",
            "yyyy",
            "dd",
            "ſ",
            "K",
            "a",
            "Z",
        ];

    public override IEnumerable<byte[]> Seeds() =>
        new[]
        {
            "MEA-{date:yyMMdd}-{seq:5}\n\nMEA260301",
            "MEA-{date:yyyy-MM-dd}-{seq:5}{check}\nL1\n794",
            "{attr:line}-{seq:3}{check:mod1271-36}\nL1\nISO79",
            "{attr:line}{attr:other}\nA b\n91350100M000100Y4",
            "B{date:yyyyMMddHHmm}{seq:18}{check:gb32100}\nL1\n9135010",
        }.Select(TextInput.From);

    public override void Take(byte[] input)
    {
        var parts = TextInput.Of(input).Split('\n', 3);
        foreach (var scheme in CheckScheme.All)
        {
            Check(scheme, parts[^1]);
        }
        if (CodingPattern.Parse(parts[0]).TryGet(out var pattern, out _))
        {
            Give(pattern, parts.Length > 1 ? parts[1] : "");
        }
    }

    private static void Give(CodingPattern pattern, string attribute)
    {
        Hold.That(CodingPattern.Parse(pattern.Text).IsOk, "A pattern stays one.");
        if (!pattern.Begin("88.300", s_now, _ => attribute).TryGet(out var draft, out _))
        {
            return;
        }
        Hold.That(draft.HasSequence == pattern.SequenceDigits > 0, "The draft has the pattern's number.");
        Hold.That(!draft.HasSequence || !draft.Complete(pattern.MaxSequence + 1).IsOk, "There is a last number.");
        if (!draft.Complete(Math.Min(7, pattern.MaxSequence)).TryGet(out var text, out _))
        {
            Hold.That(!draft.HasSequence, "The first numbers are given.");
            return;
        }
        Hold.That(Encoding.UTF8.GetByteCount(text) <= LookupKey.MaxLength, "An identifier has its greatest length.");
        Hold.That(Identifier.TryParse(text, out var identifier), $"What a rule gives is an identifier: {text}");
        Hold.That(pattern.Check?.Fits(identifier.Suffix) != false, "The check characters fit.");
        // Rules tell what they gave in capitals: identifiers are compared so.
        var suffix = identifier.Suffix;
        if (!suffix.AsSpan().ContainsAnyInRange('a', 'z') && pattern.IsTelling)
        {
            Hold.That(pattern.Gives(suffix), $"A rule knows what it gave: {suffix}");
            Hold.That(pattern.Resembles(suffix), $"What a rule gave is like its pattern: {suffix}");
        }
        _ = draft.LooksAmbiguous(text);
    }

    private static void Check(CheckScheme scheme, string text)
    {
        Span<char> check = stackalloc char[2];
        check = check[..scheme.Length];
        if (!scheme.TryCompute(text, check))
        {
            Hold.That(scheme.IndexOfRefused(text) >= 0 && !scheme.Fits(text + "00"), "What is refused fits nothing.");
            return;
        }
        Hold.That(scheme.IndexOfRefused(text) < 0, "What is computed has nothing that is refused.");
        if (scheme.Name == "mod37-36" && Mod37_36.TryCompute(text, out var former, out _))
        {
            Hold.That(former == check[0], "Both ways compute one character.");
            Hold.That(Mod37_36.IsValid(text + former), "The character is valid.");
        }
        if (text.Length == 0)
        {
            return;
        }
        var whole = string.Concat(text, check);
        Hold.That(
            scheme.Fits(whole) && scheme.Fits(whole.ToLowerInvariant()),
            "The check characters fit, in any case."
        );
        // Every scheme notices one wrong character.
        var at = text.Length / 2;
        if (char.IsAsciiDigit(text[at]))
        {
            var other = (char)('0' + (text[at] - '0' + 1) % 10);
            Hold.That(!scheme.Fits($"{whole[..at]}{other}{whole[(at + 1)..]}"), "A wrong digit is noticed.");
        }
    }
}
