using System.Text;
using FsCheck;
using FsCheck.Fluent;
using IdResolution.Core.Access;
using IdResolution.Core.Coherence;
using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Primitives;
using IdResolution.Core.Records;
using IdResolution.Core.Registration;
using IdResolution.Core.Resolution;
using IdResolution.Core.Statistics;
using IdResolution.Core.Telemetry;
using IdResolution.Testing;

namespace IdResolution.Core.Tests.Resolution;

/// <summary>What scanners, keyboards and people send, over a real store.</summary>
[TestFixture]
public sealed class ScannerTests
{
    private const string P = CoreFixture.HomedPrefix;
    private const string Gtin = "09506000134352";
    private const string FullWidthSerial = "ＳＮ１";

    // What stands around a text that a scanner sends; {0} is the text.
    private static readonly string[] s_around =
    [
        "{0}\r\n",
        "\u0002{0}\u0003",
        " \t{0} ",
        "\uFEFF{0}",
        "\u200B{0}\u200E",
        "\u2060\u202A{0}\u202C",
        "]d1{0}",
        "\uFEFF]Q1{0}\r",
        "\\000026{0}",
        "]Q2\\000026{0}",
        "{0}\t17",
    ];

    // The same for identifiers, which may also stand within a text; {1} is the identifier percent-encoded.
    private static readonly string[] s_aroundIdentifiers =
    [
        "hdl:{0}",
        "https://id.example.com/{0}?lang=zh",
        "HTTPS://10.1.2.3:8080/a/{1}",
        "id.example.com/{0}#top",
        "http://node/r?lang=en&id={1}&x=1",
        "{1}",
        "ITEM {0} 5",
        "扫码结果：{0}，数量 5",
        "lot=1;id={0};qty=5",
        "{0};20260101;5",
        "{0}|5",
        "{0}\u241D5",
        "77.5/foreign {0}",
        "<a href=\"https://id.example.com/{1}\">x</a>",
        "[)>\u001e06\u001d25S{0}\u001dQ5\u001e\u0004",
        "[)>\u001e12\u001dSER {0}\u001dQTY 5\u001e\u0004",
        "[)><RS>06<GS>1JUN1<GS>25S{0}<RS><EOT>",
        "]C1240{0}\u001d30005",
        "]d201" + Gtin + "240{0}",
        "]C18200https://id.example.com/{1}",
    ];

    private static readonly RawValue s_value = new()
    {
        Index = 1,
        Type = "URL",
        Data = [],
    };

    private CoreFixture _node = null!;
    private LogFollower _tail = null!;
    private Scanner _scanner = null!;

    private static Gen<string> Suffixes { get; } =
        Gen.NonEmptyListOf(Gen.Elements("ABCXYZabz0189-._:~".ToCharArray()))
            .Select(chars => "S" + string.Concat(chars.Take(20)) + "E");

    /// <summary>Values of GS1 elements: the character set 82, brackets and slashes often.</summary>
    private static Gen<string> Values { get; } =
        Gen.NonEmptyListOf(
                Gen.OneOf(
                    Gen.Elements("!\"%&'()*+,-./0123456789:;<=>?ABCXYZ_abcxyz".ToCharArray()).Select(c => c.ToString()),
                    Gen.Elements("(10)", "(21)", "(", ")", "/", "10", "21")
                )
            )
            .Select(parts => string.Concat(parts))
            .Where(value => value.Length <= 20);

    [OneTimeSetUp]
    public async Task BeginAsync()
    {
        _node = await CoreFixture.CreateAsync();
        var cache = new NoCache(new InvalidationWatermarks(InvalidationWatermarks.Few));
        _tail = new LogFollower(_node.Store.Log, cache, _node.Catalog, new LogGuard(), _node.Time);
        await _tail.StartAsync(default);
        var counters = new ResolutionCounters(_node.Store.Statistics, new PlantClock(_node.Time, TimeZoneInfo.Utc));
        var resolver = new Resolver(
            _node.Store.Records,
            new CacheLevels(cache, new NoSharedCache()),
            new ResolutionMetrics(counters, NodeTelemetry.None),
            _tail,
            _node.Catalog,
            _node.Time
        );
        var access = new AccessPolicy { AnonymousReads = true };
        var foreign = new NoForeignResolver();
        var reader = new IdentifierReader(resolver, _node.Store.Records, _node.Catalog, foreign, access);
        _scanner = new Scanner(reader, _node.Finder, _node.Catalog, foreign, access);
    }

    [OneTimeTearDown]
    public void End()
    {
        _tail.Dispose();
        _node.Dispose();
    }

    [Test]
    public void Parse_AnyText_NeverThrows()
    {
        var texts = Gen.OneOf(
            Properties.Text,
            Properties.Text.Select(text => $"{P}/{text}"),
            Properties.Text.Select(text => $"]d201{text}"),
            Properties.Text.Select(text => $"(01){text}(21)"),
            Properties.Text.Select(text => $"[)>\u001e06{text}"),
            Properties.Text.Select(text => $"https://x/{text}?id={text}%")
        );
        Properties.ForAll(
            texts,
            text =>
            {
                var scan = ScanText.Parse(text, static id => id.Prefix.Text == P);
                Assert.That(scan.Reason.En, Is.Not.Empty);
                Assert.That(scan.Reason.Zh, Is.Not.Empty);
            }
        );
    }

    // What keyboards, word processors and input methods put for a hyphen.
    private static readonly char[] s_hyphens = [.. "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63"];

    [Test]
    public void Find_RegisteredIdentifier_IsFoundInEveryDecoration()
    {
        string[] forms = ["{0}", .. s_around, .. s_aroundIdentifiers];
        Properties.ForAll(
            from suffix in Suffixes
            from form in Gen.Elements(forms)
            from folding in Gen.Choose(0, 2)
            from hyphen in Gen.Elements(s_hyphens)
            select (suffix, form, folding, hyphen),
            sample =>
            {
                var (suffix, form, folding, hyphen) = sample;
                var id = $"{P}/{suffix}";
                Register(id);
                var text = string.Format(null, form, Folded(id, folding, hyphen), Uri.EscapeDataString(id));
                var found = Find(text);
                Assert.That(found.IsOk ? found.Value.Text : found.Error.Message.En, Is.EqualTo(id).IgnoreCase, text);
            }
        );
    }

    [Test]
    public void Find_RegisteredGs1Key_IsFoundInEveryFormAndOrder()
    {
        Properties.ForAll(
            from serial in Values
            from form in Gen.Choose(0, 8)
            from around in Gen.Elements<string>([.. s_around, "{0}"])
            select (serial, form, around),
            sample =>
            {
                var (serial, form, around) = sample;
                var id = RegisterKey($"(21){Escaped(serial)}(17)261231(01)9506000134352");
                var text = form switch
                {
                    0 => $"]d201{Gtin}21{serial}",
                    1 => $"]C117261231{"21" + serial}\u001d01{Gtin}",
                    2 => $"\u001d21{serial}\u001d10L1\u001d01{Gtin}17261231",
                    3 => $"(17)261231(01)9506000134352(21){Escaped(serial)}",
                    4 => $"(01) 0 9506000 13435 2 (21) {Escaped(serial)}",
                    5 => $"https://id.gs1.org/01/{Gtin}/21/{Uri.EscapeDataString(serial)}?17=261231",
                    6 => $"id.example.com/x/01/9506000134352/21/{Uri.EscapeDataString(serial)}",
                    7 => $"01{Gtin}21{serial}",
                    _ => $"[)>\u001e05\u001d01{Gtin}21{serial}\u001d17261231\u001e\u0004",
                };
                // Only plain texts may stand anywhere: a symbology and a separator are at the beginning.
                var whole = form is 3 or 5 or 6 or 7 ? string.Format(null, around, text) : text;
                var found = Find(whole);
                Assert.That(found.IsOk ? found.Value.Text : found.Error.Message.En, Is.EqualTo(id), whole);
            }
        );
    }

    [Test]
    public void Gs1Keys_OfDifferentItems_AreDifferent()
    {
        var parts =
            from batch in Values.OrNull()
            from serial in Values.OrNull()
            from gtin in Gen.Elements(Gtin, "09506000134369")
            select (batch, serial, gtin);
        Properties.ForAll(
            from one in parts
            from other in parts
            select (one, other),
            pair =>
            {
                var keys = new[] { pair.Item1, pair.Item2 }.Select(KeyOf).ToList();
                Assert.That(keys[0] == keys[1], Is.EqualTo(pair.Item1 == pair.Item2), $"{keys[0]} {keys[1]}");
                Assert.That(Gs1Key.Canonical(keys[0]!), Is.EqualTo(keys[0]));
            }
        );

        static string? KeyOf((string? Batch, string? Serial, string Gtin) item) =>
            Gs1Key.Canonical(
                $"]d201{item.Gtin}{(item.Batch is null ? "" : $"10{item.Batch}\u001d")}"
                    + (item.Serial is null ? "" : $"21{item.Serial}")
            );
    }

    [TestCase("]C1414", "9506000134352", "(414)9506000134352")]
    [TestCase("]C18004", "95060001343AB/1", "(8004)95060001343AB/1")]
    [TestCase("]d28003", "0950600013435201", "(8003)0950600013435201")]
    [TestCase("]Q3253", "95060001343520017", "(253)95060001343520017")]
    [TestCase("]e0402", "95060001343520011", "(402)95060001343520011")]
    [TestCase("]C102", "095060001343523705", "(02)09506000134352(37)05")]
    [TestCase("]C100", "195060001343520012", "(00)195060001343520012")]
    [TestCase("]d2255", "9506000134352000", "(255)9506000134352000")]
    [TestCase("]d2401", "9506000134352X", "(401)9506000134352X")]
    [TestCase("]d2417", "9506000134352", "(417)9506000134352")]
    [TestCase("]d28006", "095060001343520102\u001d21S", "(8006)095060001343520102(21)S")]
    [TestCase("]d28010", "9506000134352X\u001d801112", "(8010)9506000134352X(8011)12")]
    [TestCase("]d28013", "9506000M1", "(8013)9506000M1")]
    [TestCase("]d28019", "1\u001d8018950600013435200126", "(8018)950600013435200126(8019)1")]
    [TestCase("]d28017", "950600013435200126", "(8017)950600013435200126")]
    [TestCase("]d2254", "EXT\u001d4149506000134352", "(414)9506000134352(254)EXT")]
    [TestCase("]E0", "9506000134352", "(01)09506000134352")]
    [TestCase("]E3", "950600013435212", "(01)09506000134352")]
    [TestCase("]E4", "96385074", "(01)00000096385074")]
    [TestCase("]I1", "09506000134352", "(01)09506000134352")]
    [TestCase("", "614141007349", "(01)00614141007349")]
    [TestCase("", "01095060001343522112\u241D10L\u241D17261231", "(01)09506000134352(10)L(21)12")]
    [TestCase("", "~101095060001343522112~110L", "(01)09506000134352(10)L(21)12")]
    [TestCase("", "01095060001343522112<GS>10L", "(01)09506000134352(10)L(21)12")]
    [TestCase("", "01095060001343522112{GS}10L", "(01)09506000134352(10)L(21)12")]
    [TestCase("", "01095060001343522112[FNC1]10L", "(01)09506000134352(10)L(21)12")]
    [TestCase("", "01095060001343522112[GS]10L", "(01)09506000134352(10)L(21)12")]
    [TestCase("", "01095060001343522112<FNC1>10L", "(01)09506000134352(10)L(21)12")]
    [TestCase("", "01095060001343522112{FNC1}10L", "(01)09506000134352(10)L(21)12")]
    [TestCase("", "01095060001343522112~d02910L", "(01)09506000134352(10)L(21)12")]
    [TestCase("", "01095060001343522112^]10L", "(01)09506000134352(10)L(21)12")]
    [TestCase("", "01095060001343522112\\x1d10L", "(01)09506000134352(10)L(21)12")]
    [TestCase("", "01095060001343522112\\u001d10L", "(01)09506000134352(10)L(21)12")]
    [TestCase("", "01095060001343522112%1D10L", "(01)09506000134352(10)L(21)12")]
    [TestCase("", "01095060001343522112|10L", "(01)09506000134352(10)L(21)12")]
    [TestCase("", "010950600013435221AB/12", "(01)09506000134352(21)AB/12")]
    [TestCase("", "（０１）０９５０６０００１３４３５２（２１）" + FullWidthSerial, "(01)09506000134352(21)SN1")]
    [TestCase("", "(01)09506000134352(22)2A(10)L1(21)S", "(01)09506000134352(22)2A(10)L1(21)S")]
    [TestCase("", "(01)09506000134352(21)AB(55)X", @"(01)09506000134352(21)AB\(55)X")]
    [TestCase("", "(415)9506000134352(8020)R1", "(415)9506000134352(8020)R1")]
    [TestCase("]d2", "010950600013435221A/01/96385074", "(01)09506000134352(21)A/01/96385074")]
    [TestCase("", "(01)09506000134352(21)A/01/96385074", "(01)09506000134352(21)A/01/96385074")]
    [TestCase("", "https://x.example/01/09506000134352/21/A~1", "(01)09506000134352(21)A~1")]
    [TestCase("", "https://x.example/01%2F9506000134352%2F21%2FS", "(01)09506000134352(21)S")]
    [TestCase("", "]d2\\000026010950600013435221A", "(01)09506000134352(21)A")]
    public void Gs1Key_OfEveryPrimaryKeyAndSymbology_IsThatOfADigitalLink(string symbology, string text, string key) =>
        Assert.That(Gs1Key.Canonical(symbology + text), Is.EqualTo(key));

    [TestCase("00", "195060001343520012")]
    [TestCase("01", "09506000134352")]
    [TestCase("253", "95060001343520017")]
    [TestCase("255", "9506000134352000")]
    [TestCase("401", "9506000134352X")]
    [TestCase("402", "95060001343520011")]
    [TestCase("414", "9506000134352")]
    [TestCase("417", "9506000134352")]
    [TestCase("8003", "0950600013435201")]
    [TestCase("8004", "95060001343AB/1")]
    [TestCase("8006", "095060001343520102")]
    [TestCase("8010", "9506000134352X")]
    [TestCase("8013", "9506000M1")]
    [TestCase("8017", "950600013435200126")]
    [TestCase("8018", "950600013435200126")]
    public void DigitalLink_OfEachPrimaryKey_IsTheKey(string ai, string value)
    {
        var canonical = $"({ai}){value}";

        Assert.That(Gs1Key.Canonical(canonical), Is.EqualTo(canonical));
        foreach (var host in new[] { "https://id.gs1.org", "HTTP://id.example.com:8080/a", "id.example.com" })
        {
            Assert.That(Gs1Key.Canonical($"{host}/{ai}/{Uri.EscapeDataString(value)}"), Is.EqualTo(canonical), host);
            Assert.That(
                Gs1Key.Canonical($"{host}/{ai}/{Uri.EscapeDataString(value)}?linkType=all#x"),
                Is.EqualTo(canonical),
                host
            );
        }
    }

    [TestCase('\u2010')]
    [TestCase('\u2011')]
    [TestCase('\u2012')]
    [TestCase('\u2014')]
    [TestCase('\u2212')]
    [TestCase('\uFE63')]
    public void Find_HyphenThatLooksAlike_IsTheHyphen(char hyphen)
    {
        var id = $"{P}/H-{(int)hyphen:X}";
        Register(id);

        Assert.That(Find(id.Replace('-', hyphen)).Value?.Text, Is.EqualTo(id));
    }

    [Test]
    public void Find_SerialThatLooksLikeElements_NeverGivesAnotherItem()
    {
        var other = RegisterKey("(01)09506000134369(21)AB(10)XY");

        Assert.That(Find("]d2010950600013436921AB(10)XY").Error?.Code, Is.EqualTo(ErrorCode.NotFound));
        Assert.That(
            Find("https://id.gs1.org/01/09506000134369/21/AB(10)XY").Error?.Code,
            Is.EqualTo(ErrorCode.NotFound)
        );
        Assert.That(Find("]d2010950600013436921AB\u001d10XY").Value.Text, Is.EqualTo(other));
        var own = RegisterKey(@"(01)09506000134369(21)AB\(10)XY");
        Assert.That(own, Is.Not.EqualTo(other));
        Assert.That(Find("]d2010950600013436921AB(10)XY").Value.Text, Is.EqualTo(own));
        Assert.That(Find("(01)09506000134369(21)AB(10)XY").Value.Text, Is.EqualTo(other));
        Assert.That(
            Find("(01)09506000134369").Error?.Code,
            Is.EqualTo(ErrorCode.NotFound),
            "the class is none of them"
        );
        Assert.That(
            Find("]d2010950600013436921" + new string('9', 21)).Error?.Message.En,
            Does.Contain("takes 20").And.Contain("separators")
        );
    }

    [Test]
    public void Find_SeveralIdentifiers_IsTheFirstHomedHere()
    {
        Register($"{P}/first");
        Register($"{P}/second");

        Assert.That(Find($"77.1/x, {P}/first, {P}/second").Value.Text, Is.EqualTo($"{P}/first"));
        Assert.That(Find($"{P}/absent {P}/second").Value.Text, Is.EqualTo($"{P}/absent"), "no other in its place");
        Assert.That(Find($"9{P}/first").Error?.Code, Is.EqualTo(ErrorCode.NotResponsible), "another prefix");
        Assert.That(Find($"SN{P}/first").Value.Text, Is.EqualTo($"{P}/first"));
        Assert.That(Find($"SN{P}/absent").Error?.Code, Is.EqualTo(ErrorCode.InvalidIdentifier));
    }

    [Test]
    public void Find_IdentifierThatHoldsWhatEndsOne_IsTheLongestRegistered()
    {
        Register($"{P}/A");
        Register($"{P}/A;B 5");
        Register($"{P}/А1");

        Assert.That(Find($"{P}/A;B 5").Value.Text, Is.EqualTo($"{P}/A;B 5"));
        Assert.That(Find($"{P}/A;B 6").Value.Text, Is.EqualTo($"{P}/A"));
        Assert.That(Find($"{P}/A1").Value.Text, Is.EqualTo($"{P}/A1"), "a Cyrillic letter is no Latin one");
    }

    [TestCase(null, "empty", "为空")]
    [TestCase(" \r\n", "empty", "为空")]
    [TestCase("\uFEFF\u200B", "empty", "为空")]
    [TestCase("https://example.com/about", "web address of example.com", "example.com 的网址")]
    [TestCase("WIFI:S:net;;", "wireless network", "无线网络")]
    [TestCase("12345678901234567", "number of 17 digits", "17 位数字")]
    [TestCase("9506000134353", "check digit is wrong", "校验位不符")]
    [TestCase("88.300.1", "slash and the suffix are missing", "缺少斜杠和后缀")]
    [TestCase("88.300.1/", "slash and the suffix are missing", "缺少斜杠和后缀")]
    [TestCase("88.300.1&ABC", "keyboard layout", "键盘布局")]
    [TestCase("A1/B2", "The prefix must be digits", "前缀应以数字开头")]
    [TestCase("]d2010950600013", "(01) needs 14 digits", "(01) 应为 14 位数字")]
    [TestCase("]C1X123", "application identifier should stand", "应为应用标识符")]
    [TestCase("(01)09506000134352(21)", "(21) has no value", "(21) 没有值")]
    [TestCase("[)>\u001e06\u001dPABC\u001e\u0004", "envelope of format 06", "格式 06")]
    [TestCase("[)>\u001e12\u001dSER ABC\u001e\u0004", "envelope of format 12", "格式 12")]
    [TestCase("[)>", "begins like an ISO 15434 envelope", "ISO 15434 信封")]
    [TestCase("[)>\u001e", "format are missing", "缺少两位格式号")]
    [TestCase("[)>\u001eAB\u001dPX", "format are missing", "缺少两位格式号")]
    [TestCase("[)>\u001e0", "format are missing", "缺少两位格式号")]
    [TestCase("[)>\u001e05\u001d\u001e\u0004", "it holds no element", "没有单元数据")]
    [TestCase(" 88.300.1 / S-1/2", "blanks between the prefix 88.300.1 and the slash", "有空格")]
    [TestCase("88.300.1 /S", "blanks between the prefix", "有空格")]
    [TestCase("88.300.1\u3000／S 1/2", "blanks between the prefix", "有空格")]
    [TestCase("77.1\t/S-1/2", "blanks between the prefix 77.1", "有空格")]
    [TestCase("88.300.1\\S-1/2", "backslash in place of the slash after the prefix 88.300.1", "反斜杠")]
    [TestCase("88.300.1\\S", "backslash", "反斜杠")]
    [TestCase("88.300.1 \\ 1/2", "backslash", "反斜杠")]
    [TestCase("77.1\uFE68S/1/2", "backslash", "反斜杠")]
    [TestCase("/S-1/2", "the prefix before it is missing", "缺少斜杠前的前缀")]
    [TestCase("/S-1", "the prefix before it is missing", "缺少斜杠前的前缀")]
    [TestCase("%2FS_1%2F2", "the prefix before it is missing", "缺少斜杠前的前缀")]
    [TestCase("S-1/2", "The prefix must be digits", "前缀应以数字开头")]
    [TestCase("37120106901234567892", "(37) has 18 characters and takes 8", "(37) 有 18 个字符")]
    [TestCase("30500106901234567892", "(30) has 18 characters and takes 8", "请确认扫描器会发送分隔符")]
    [TestCase("10LOT12345678901170106901234567892", "(10) has 32 characters and takes 20", "(10) 有 32 个字符")]
    [TestCase("173413310106901234567892", "(17) should be a date, not 341331", "(17) 应为日期")]
    [TestCase("112601010106901234567893", "the check digit of (01) should be 2", "(01) 的校验位应为 2")]
    [TestCase("80041234567ABC", "may be the GS1 element (8004)", "可能是 GS1 单元数据 (8004)")]
    [TestCase("8010CPID-7", "may be the GS1 element (8010)", "以括号写明 (8010)")]
    [TestCase("4019506000M1", "send the AIM identifier", "AIM 标识符")]
    [TestCase("ab\uFFFDc", "UTF-8", "UTF-8")]
    [TestCase("hello world", "holds no identifier", "没有标识")]
    public void Find_NothingUnderstood_SaysWhatItLooksLike(string? text, string en, string zh)
    {
        var error = Find(text).Error!;

        Assert.That((error.Code, error.Field), Is.EqualTo((ErrorCode.InvalidIdentifier, "text")));
        Assert.That(error.Message.En, Does.Contain(en));
        Assert.That(error.Message.Zh, Does.Contain(zh));
    }

    [TestCase("17261231010690123456789221AB", "(17)261231(01)06901234567892(21)AB")]
    [TestCase("112601010106901234567892", "(11)260101(01)06901234567892")]
    [TestCase("15270200010690123456789210L1", "(15)270200(01)06901234567892(10)L1")]
    [TestCase("3103001750010690123456789221S", "(3103)001750(01)06901234567892(21)S")]
    [TestCase("02069012345678923712", "(02)06901234567892(37)12")]
    [TestCase("41069506000134332006", "(20)06(410)6950600013433")]
    public void Find_ElementsThatACheckDigitShows_IsTheItem(string text, string key)
    {
        if (Gs1Key.Canonical(key) is null)
        {
            Assert.Fail(key);
        }
        Assert.That(Find(text).Error!.Message.En, Does.StartWith("No item is registered"), "none yet");
        var id = RegisterKey(key);

        Assert.That(Find(text).Value.Text, Is.EqualTo(id));
        Assert.That(Gs1Key.Canonical(text), Is.Null, "as a key it stays the text that was given");
    }

    [Test]
    public void Find_ElementsRegisteredAsTheirText_AreFound()
    {
        const string Key = "17261231010690123456780921KEPT";
        var id = $"{P}/kept-as-given";
        Register(
            new RegistrationRequest
            {
                Identifier = id,
                Source = ScanText.Gs1Source,
                SourceKey = Key,
            }
        );

        Assert.That(Find(Key).Value.Text, Is.EqualTo(id));
    }

    [TestCase("11/77.1/x")]
    [TestCase("/77.1/x")]
    [TestCase("SN-77.1/x")]
    [TestCase("SN 77/x")]
    public void Find_IdentifierOfOthers_IsStillSeen(string text) =>
        Assert.That(Find(text).Error!.Code, Is.EqualTo(ErrorCode.NotResponsible));

    [Test]
    public void Find_GtinWithWrongCheckDigit_SaysSo() =>
        Assert.That(
            Find("(01)09506000134353(21)NONE").Error!.Message.En,
            Does.Contain("(01)09506000134353(21)NONE").And.Contain("check digit of (01) should be 2")
        );

    [Test]
    public void Find_RegistrationsFromBefore_AreFoundByTheirText()
    {
        // As the node stored keys before they had one text.
        var former = RegisterKey("(17)261231(01)09506000134376(21)OLD 1");

        Assert.That(Find("]d2172612310109506000134376" + "21OLD 1").Value.Text, Is.EqualTo(former));
        Assert.That(RegisterKey("(17)261231(01)09506000134376(21)OLD 1"), Is.EqualTo(former), "the same again");
    }

    private static string Folded(string text, int how, char hyphen) =>
        how switch
        {
            1 => string.Concat(text.Select(c => c is > ' ' and < '\x7f' ? (char)(c + 0xfee0) : c)),
            2 => text.Replace('-', hyphen).Replace("S", "S\u200B", StringComparison.Ordinal).Replace('/', '\u2215'),
            _ => text,
        };

    private static string Escaped(string value) => value.Replace("(", "\\(", StringComparison.Ordinal);

    private Result<Identifier> Find(string? text)
    {
        var found = _scanner.FindAsync(text, Caller.Anonymous, CancellationToken.None);
        return found.AsTask().GetAwaiter().GetResult();
    }

    private void Register(string identifier) => Register(new RegistrationRequest { Identifier = identifier });

    private string RegisterKey(string key) =>
        Register(
            new RegistrationRequest
            {
                Identifier = IdentifierOf(key),
                Source = ScanText.Gs1Source,
                SourceKey = key,
            }
        );

    private static string IdentifierOf(string key) =>
        $"{P}/gs1-{Convert.ToHexString(Encoding.UTF8.GetBytes(Gs1Key.Canonical(key)!))}";

    private string Register(RegistrationRequest request)
    {
        var registered = _node.Registrar.RegisterAsync(request with { Values = [s_value] }, _node.Mes, default);
        return RecordState.IdentifierOf(CoreFixture.Ok(registered.GetAwaiter().GetResult()).Record);
    }
}
