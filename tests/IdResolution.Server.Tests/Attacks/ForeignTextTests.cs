using IdResolution.Core.Events;
using IdResolution.Core.Traceability;
using IdResolution.Server.CommandLine.Shared;
using IdResolution.Server.Tests.CommandLine;
using IdResolution.Server.Tracing;

namespace IdResolution.Server.Tests.Attacks;

/// <summary>Text of a file controls the terminal of whoever imports it, or is calculated by their spreadsheet.</summary>
[TestFixture]
public sealed class ForeignTextTests : CommandLineFixture
{
    private const string Escape = "\u001b";

    [SetUp]
    public async Task MakeNode()
    {
        await InitAsync();
        await MakeTemplateAsync(
            "part",
            """[{"code":"name","type":"text"},{"code":"note","type":"text"},{"code":"weight","type":"decimal"}]"""
        );
    }

    [TestCase("")]
    [TestCase("--dry-run")]
    public async Task Import_TextOfAFile_DoesNotControlTheTerminal(string option)
    {
        var file = Write(
            "p.csv",
            $"name,weight,key,\"{Escape}]0;OWNED\a{Escape}[2J{Escape}[31mAll\nrows imported\u202e\u009b\"\n"
                + $"bolt,1,1,\nnut,{Escape}[31m2,2,\n,,{Escape}[2J1E+10,\n"
        );
        string[] verb = ["import", file, "--data", Data, "--template", "part"];

        var ran = await RunAsync([.. verb, .. option.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
        var unmapped = await RunAsync([.. verb, "--map", "name=none"]);

        CheckClean(ran.Error + ran.Output);
        CheckClean(unmapped.Error);
        Assert.That(
            ran.Error,
            Does.Contain(@"not used: key, \u001b]0;OWNED\u0007\u001b[2J\u001b[31mAll\u000arows imported\u202e\u009b.")
        );
        Assert.That(unmapped.Error, Does.Contain(@"\u001b]0;OWNED"));
    }

    [Test]
    public async Task Import_OtherEncodingOfAFile_DoesNotControlTheTerminal()
    {
        var file = Path.Combine(Root, "p.csv");
        await File.WriteAllBytesAsync(file, [0x1b, (byte)'[', (byte)'2', (byte)'J', 0xb2, 0xc4, 0xc1, 0xcf]);

        var ran = await RunAsync("import", file, "--data", Data, "--template", "part");

        CheckClean(ran.Error);
        Assert.That(ran.Error, Does.Contain(@"\u001b[2J材料"));
    }

    [Test]
    public async Task HandleImport_TextOfAFile_DoesNotControlTheTerminal()
    {
        var file = Write("h.jsonl", """{"handle":"99.9/\u001b[31mX\nline 2: 88.300.1/Y","values":[]}""");

        var ran = await RunAsync("handle", "import", file, "--data", Data);

        CheckClean(ran.Error);
        Assert.That(ran.Error, Does.Contain(@"99.9/\u001b[31mX\u000aline 2"));
    }

    [Test]
    public void Made_InASpreadsheet_CalculatesNothing()
    {
        var line = new MadeLine
        {
            Identifier = "88.300.1/A",
            Role = "output",
            Event = default,
            Type = EventType.Transform,
            Time = 0,
            Step = "=HYPERLINK(0)",
            Quantity = "1",
            Unit = "@SUM(1)",
        };

        var cells = MadeCsv
            .Lines(new MadePage([line, line with { Step = "weld", Unit = "kg" }], null, 1))
            .Split("\r\n");

        Assert.That(cells[0], Does.EndWith(",'=HYPERLINK(0),1,'@SUM(1)"));
        Assert.That(cells[1], Does.EndWith(",weld,1,kg"));
    }

    [Test]
    public void Writer_OfATerminal_LetsOnlyTextAndLinesThrough()
    {
        using var terminal = new StringWriter();
        using var writer = new TerminalWriter(terminal);

        writer.Write("a\tb\r\nc\rd\n");
        writer.Write('\u001b');
        writer.Write(['[', '\u009b'], 0, 2);
        writer.Write("\u2066材料".AsSpan());
        writer.WriteLine("\a");
        writer.WriteLine(7);

        Assert.That(terminal.ToString(), Is.EqualTo("a\tb\nc\\u000dd\n\\u001b[\\u009b\\u2066材料\\u0007\n7\n"));
    }

    [Test]
    public async Task BadRows_InASpreadsheet_CalculateNothingAndAreImportedAsTheyWere()
    {
        string[] notes = ["=HYPERLINK(0)", "'=x", "''=x", "+cmd", "@SUM(1)", "-5", "-5+3", "'plain", "plain", "'", ""];
        var file = Write(
            "p.csv",
            "key,name,note,weight,=head\n" + string.Concat(notes.Select((note, i) => $"{i},=n{i},{note},heavy,=1+1\n"))
        );
        string[] verb = ["--data", Data, "--template", "part", "--source", "wms", "--source-key-column", "key"];

        var refused = await RunAsync(["import", file, .. verb]);

        Assert.That(refused.Output, Does.StartWith("registered 0, same 0, bad 11"));
        var bad = await File.ReadAllLinesAsync(file + ".bad.csv");
        Assert.That(
            bad.SelectMany(line => line.Split(',')).Where(cell => cell is ['=' or '+' or '@' or '-', ..]),
            Is.EqualTo(["-5"]),
            "a number is no formula"
        );
        // Mended by hand, and imported: both files are read as the same.
        var mended = Write("mended.csv", string.Join("\r\n", bad).Replace("heavy", "7", StringComparison.Ordinal));
        var original = Write(
            "p.csv",
            (await File.ReadAllTextAsync(file)).Replace("heavy", "7", StringComparison.Ordinal)
        );
        var first = await RunAsync(["import", mended, .. verb]);
        var again = await RunAsync(["import", original, .. verb]);

        Assert.That(first.Output, Does.StartWith("registered 11, same 0, bad 0"), first.Error);
        Assert.That(again.Output, Does.StartWith("registered 0, same 11, bad 0"), again.Error);
        Assert.That(first.Error, Does.Contain("not used: row, reason, =head"));
        var records = await RecordsAsync("part");
        Assert.That(
            records[0].GetProperty("attributes").GetRawText(),
            Is.EqualTo("""{"name":"=n0","note":"=HYPERLINK(0)","weight":7}""")
        );
    }

    [Test]
    public void Again_EveryShortCell_IsReadAsTheCellItself()
    {
        const string Characters = "'=-+@\t\r1a ";
        var cells = Characters.Select(c => $"{c}").Prepend("").ToList();
        for (var length = 1; length < 4; length++)
        {
            cells = [.. cells.SelectMany(cell => Characters.Select(c => cell + c)).Concat(cells).Distinct()];
        }

        foreach (var cell in cells)
        {
            var again = FormulaSafe.Again(cell);
            Assert.That(FormulaSafe.Undo(again), Is.EqualTo(FormulaSafe.Undo(cell)), cell);
            Assert.That(FormulaSafe.Again(again), Is.EqualTo(again), cell);
            Assert.That(again, Does.Not.Match(@"^[=@]|^[-+].*[^0-9 \t\r]"), cell);
        }
    }

    private static void CheckClean(string text) =>
        Assert.That(text.Where(c => char.IsControl(c) && c is not '\n'), Is.Empty, text);
}
