using System.Buffers;
using IdResolution.Core.Identifiers;
using IdResolution.Fuzzing.Driver;

namespace IdResolution.Fuzzing.Targets;

/// <summary>What scanners send: identifiers in any text, GS1 element strings, Digital Links, format envelopes.</summary>
internal sealed class ScanTarget : FuzzTarget
{
    private static readonly SearchValues<char> s_gs1 = SearchValues.Create(
        "!&'()*+,-./0123456789:;=?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
    );

    public override string Name => "scan";

    public override int MaxLength => ScanText.MaxLength + 512;

    public override IReadOnlyList<string> Tokens =>
        [
            "88.300/",
            "88.300.1/",
            "/",
            "%2F",
            "//",
            "https://",
            "http://",
            "0.NA/88.300",
            "(01)",
            "(21)",
            "(10)",
            "(8004)",
            "(414)",
            "(00)",
            "(253)",
            "(8006)",
            "01",
            "21",
            "10",
            "\x1d",
            "\x1e",
            "\x04",
            "[)>\x1e06\x1d",
            "[)>\x1e05\x1d",
            "[)>\x1e12\x1d",
            "]d2",
            "]Q3",
            "]C1",
            "]E0",
            "]d4",
            "]Q4",
            "\\000026",
            "\\\\",
            "<GS>",
            "{GS}",
            "[GS]",
            "~d029",
            "^]",
            "\\x1d",
            "%1D",
            "|",
            "␝",
            "␞",
            "␄",
            "09506000134352",
            "urn:epc:id:sgtin:9506000.013435.A1",
            "9506000134352",
            "123456789012345675",
            "?",
            "=",
            "&",
            "#",
            "+",
            ";",
            ",",
            " ",
            "\t",
            "\n",
            "\"",
            "。",
            "／",
            "８８．３００／",
            "【",
            "】",
            "\u200b",
            "\ufeff",
            "\ufffd",
            "é",
            "25S",
            "1T",
            "?id=88.300/",
            "\\",
            "(",
            ")",
            "\0",
            "﹣",
            "…",
        ];

    public override IEnumerable<byte[]> Seeds() =>
        new[]
        {
            "88.300/MEA-1",
            " 88.300/MEA-1\r\n",
            "https://id.example.com/88.300/MEA-1?x=1#y",
            "https://id.example.com/scan?id=88.300%2FMEA-1&y=2",
            "abc88.300/MEA-1",
            "8.1/foreign",
            "(01)09506000134352(21)A1(10)LOT",
            "010950600013435221A1\x1d10LOT",
            "]d2010950600013435221A1",
            "https://id.gs1.org/01/09506000134352/21/A1",
            "9506000134352",
            "[)>\x1e06\x1d25S88.300/MEA-1\x1d1TLOT\x1e\x04",
            "[)>\x1e05\x1d010950600013435221A1\x1e\x04",
            "]Q4\\00002688.300/MEA\\\\1",
            "８８．３００／ＭＥＡ－１",
            "0.NA/88.300",
            "(8004)88.300/MEA-1",
        }.Select(TextInput.From);

    public override void Take(byte[] input)
    {
        var text = TextInput.Of(input);
        var scan = ScanText.Parse(text, IsHomed);
        Hold.That(scan.Homed.All(IsHomed) && scan.Joined.All(IsHomed), "What is homed is of this node.");
        Hold.That(scan.Foreign is null || !IsHomed(scan.Foreign), "What is foreign is not of this node.");
        Hold.That(scan.Homed.Distinct().Count() == scan.Homed.Count, "No identifier is found twice.");
        Hold.That(scan.Gs1Keys.Distinct().Count() == scan.Gs1Keys.Count, "No key is found twice.");
        foreach (var identifier in scan.Homed.Take(1))
        {
            Hold.That(
                Identifier.TryParse(identifier.Text, out var again) && again.Equals(identifier),
                "What is found is an identifier."
            );
            // What ends in a blank is no identifier any more when it is trimmed.
            Hold.That(
                identifier.Text != identifier.Text.Trim() || ScanText.Parse(identifier.Text, IsHomed).Homed.Count > 0,
                "An identifier is found in itself."
            );
        }
        // What some scanners send for a separator is one wherever it stands; GS1 values seldom hold it.
        if (scan.Gs1Keys is [var key, ..] && !key.AsSpan().ContainsAnyExcept(s_gs1))
        {
            Hold.Same(Gs1Key.Canonical(key), key, "A key in its canonical form stays as it is.");
        }
        if (ItemUri.IsUri(text))
        {
            var uri = ItemUri.Canonical(text);
            Hold.That(char.IsAsciiLetter(uri[0]) || uri[0] == '(', "A URI is taken for no identifier and no text.");
            Hold.That(uri[0] == '(' || ItemUri.Canonical(uri) == uri, "A URI in its canonical form stays as it is.");
        }
        _ = scan.Reason.En.Length + scan.Reason.Zh.Length;
        if (Identifier.TryParse(text, out var whole) && IsHomed(whole) && text == text.Trim())
        {
            Hold.That(scan.Homed.Count > 0, "A text that is an identifier of this node is found.");
        }
    }

    private static bool IsHomed(Identifier identifier) =>
        identifier.Prefix.Folded is "88.300" or "88.300.1"
        || (identifier.IsPrefixRecord && identifier.Suffix.StartsWith("88.300", StringComparison.Ordinal));
}
