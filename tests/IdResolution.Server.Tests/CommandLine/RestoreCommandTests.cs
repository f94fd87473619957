using System.Text.Json;

namespace IdResolution.Server.Tests.CommandLine;

/// <summary>What <c>restore</c> says of items to send again, and what becomes of them.</summary>
[TestFixture]
public sealed class RestoreCommandTests : CommandLineFixture
{
    private string Backup => Path.Combine(Root, "backup.db");

    [SetUp]
    public async Task MakeBackup()
    {
        await InitAsync();
        await MakeTemplateAsync("part", """[{"code":"name","type":"text"}]""");
        await ImportAsync("early.csv", "Key,Name\n1,bolt\n");
        await DoAsync("backup", Backup, "--data", Data);
    }

    [Test]
    public async Task Restore_ItemsImportedAgain_GetTheIdentifiersOnTheirLabels()
    {
        await ImportAsync("late.csv", "Key,Name\n2,nut\n3,washer\n");
        var before = await LabelsAsync();

        var said = await DoAsync("restore", Backup, "--data", Data);
        await ImportAsync("again.csv", "Key,Name\n9,new\n3,washer\n2,nut\n");

        Assert.That(said, Does.Contain("get the identifiers on their labels: 2 are known."));
        Assert.That(said, Does.Not.Contain("cannot be read whole"));
        Assert.That(await LabelsAsync(), Is.SupersetOf(before).And.Exactly(4).Items);
    }

    [Test]
    public async Task Restore_Twice_SaysWhatItSharesWithEveryLogBeforeAndWithTheLast()
    {
        await ImportAsync("late.csv", "Key,Name\n2,nut\n");
        var first = await DoAsync("restore", Backup, "--data", Data);
        var later = Path.Combine(Root, "later.db");
        await ImportAsync("again.csv", "Key,Name\n2,nut\n3,washer\n");
        await DoAsync("backup", later, "--data", Data);

        var second = await DoAsync("restore", later, "--data", Data);

        var kept = first.Split("shares its first ")[1].Split(' ')[0];
        Assert.That(first, Does.Not.Contain("just before it shares"));
        Assert.That(second, Does.Contain($"shares its first {kept} entries with every log before"));
        Assert.That(second, Does.Contain("With the log just before it shares "));
    }

    [Test]
    public async Task Copy_BothWrittenTo_GiveTheSameNumbersUnlessTheCopyHasAGap()
    {
        var (same, gap) = (Path.Combine(Root, "same"), Path.Combine(Root, "gap"));
        var saidSame = await DoAsync("copy", "--from", Data, "--to", same);
        var saidGap = await DoAsync("copy", "--from", Data, "--to", gap, "--gap", "100");
        var bad = await RunAsync("copy", "--from", Data, "--to", same, "--gap", "-1");
        foreach (var directory in new[] { same, gap })
        {
            File.Copy(Path.Combine(Data, "secrets.key"), Path.Combine(directory, "secrets.key"));
        }

        await ImportAsync("source.csv", "Key,Name\n2,nut\n");
        await ImportAsync("same.csv", "Key,Name\n2,nut\n", same);
        await ImportAsync("gap.csv", "Key,Name\n2,nut\n", gap);

        Assert.That(saidSame, Does.Contain("Let no node write to the store that was copied any more"));
        Assert.That(saidGap, Does.Contain("skip 100 numbers here"));
        Assert.That(bad.Code, Is.EqualTo(2), bad.Error);
        Assert.That(bad.Error, Does.Contain("--gap must be 0 to"));
        var given = await LabelsAsync();
        Assert.That(await LabelsAsync(same), Is.EqualTo(given).And.Exactly(2).Items);
        Assert.That((await LabelsAsync(gap)).Intersect(given), Has.Exactly(1).Items);
    }

    [Test]
    public async Task Restore_NothingLost_SaysNothingOfLabels() =>
        Assert.That(await DoAsync("restore", Backup, "--data", Data), Does.Not.Contain("label"));

    [Test]
    public async Task Restore_DatabaseBeforeRuined_SaysThatIdentifiersAreNotKnown()
    {
        Write("data/idnode.db", "no database at all");

        Assert.That(
            await DoAsync("restore", Backup, "--data", Data, "--gap", "10"),
            Does.Contain("cannot be read whole").And.Not.Contain("are known")
        );
    }

    [Test]
    public async Task LogRestart_StoreThatHoldsAllThatWasSeen_DoesNothingUnlessForced()
    {
        var before = await DoAsync("log", "show", "--data", Data);
        var name = before.Split('\n')[0].Split(' ', StringSplitOptions.RemoveEmptyEntries)[1].Trim();

        var done = await DoAsync("log", "restart", "--data", Data, "--gap", "5");
        Assert.That(done, Does.Contain("Nothing was done").And.Contain("--force"));
        Assert.That(await DoAsync("log", "show", "--data", Data), Is.EqualTo(before));

        var forced = await DoAsync("log", "restart", "--data", Data, "--gap", "5", "--force");
        Assert.That(forced, Does.Contain("It goes on with the log").And.Contain("skip 5 numbers"));
        var after = await DoAsync("log", "show", "--data", Data);
        Assert.That(after.Split('\n')[0], Does.Not.Contain(name));
        Assert.That(after, Does.Contain(name), "the log before");
    }

    [Test]
    public async Task LogShow_StoreThatCameBackTwice_ListsEveryLogBefore()
    {
        var first = await LogsAsync();
        await ImportAsync("late.csv", "Key,Name\n2,nut\n");
        var lost = await LogsAsync();
        await DoAsync("restore", Backup, "--data", Data);
        await ImportAsync("again.csv", "Key,Name\n2,nut\n3,washer\n");
        await DoAsync("log", "restart", "--data", Data, "--gap", "5", "--force");

        var shown = await LogsAsync();
        var text = await DoAsync("log", "show", "--data", Data);
        var chinese = await DoAsync("log", "show", "--data", Data, "--lang", "zh");

        var logs = shown.GetProperty("logs").EnumerateArray().ToList();
        Assert.That(shown.GetProperty("log").GetString(), Is.EqualTo(Name(logs[0])));
        Assert.That(shown.GetProperty("head").GetInt64(), Is.EqualTo(logs[0].GetProperty("last").GetInt64()));
        Assert.That(logs, Has.Count.EqualTo(3));
        Assert.That(Name(logs[2]), Is.EqualTo(first.GetProperty("log").GetString()));
        Assert.That(logs[2].GetProperty("restarted").GetBoolean(), Is.False);
        foreach (var (log, before) in logs.Zip(logs.Skip(1)))
        {
            Assert.That(log.GetProperty("first").GetInt64(), Is.EqualTo(before.GetProperty("last").GetInt64() + 1));
            Assert.That(log.GetProperty("former").GetString(), Is.EqualTo(Name(before)));
            Assert.That(log.GetProperty("restarted").GetBoolean(), Is.True);
            Assert.That(text, Does.Contain(Name(log)));
        }
        // What the backup did not have stands in the log that came then.
        Assert.That(logs[1].GetProperty("formerHead").GetInt64(), Is.EqualTo(lost.GetProperty("head").GetInt64()));
        Assert.That(logs[1].GetProperty("formerLeaf").GetString(), Is.EqualTo(lost.GetProperty("leaf").GetString()));
        Assert.That(
            text.Split('\n').Count(line => line.StartsWith("FORMER LOG", StringComparison.Ordinal)),
            Is.EqualTo(2)
        );
        Assert.That(text, Does.Contain("the store was new").And.Contain("came back from a backup"));
        Assert.That(chinese, Does.Contain("以前的日志").And.Contain("新建存储").And.Contain("由备份恢复或复制而来"));

        static string? Name(JsonElement log) => log.GetProperty("log").GetString();
    }

    [TestCase("--gap", "-1", "--gap must be 0 to")]
    [TestCase("--aside", "none.db", "there is no database none.db")]
    public async Task LogRestart_BadOption_NamesItAndChangesNothing(string option, string value, string said)
    {
        var ran = await RunAsync("log", "restart", "--data", Data, "--force", option, value);

        Assert.That((ran.Code, ran.Error), Is.EqualTo((2, ran.Error)));
        Assert.That(ran.Error, Does.Contain(said));
    }

    private async Task<JsonElement> LogsAsync() =>
        JsonDocument.Parse(await DoAsync("log", "show", "--data", Data, "--json")).RootElement;

    private Task<string> ImportAsync(string name, string text, string? data = null) =>
        DoAsync(
            "import",
            Write(name, text),
            "--data",
            data ?? Data,
            "--template",
            "part",
            "--source",
            "wms",
            "--source-key-column",
            "Key"
        );

    private async Task<List<string>> LabelsAsync(string? data = null) =>
        [
            .. (await RecordsAsync("part", data)).Select(r =>
                $"{r.GetProperty("sourceKey")} {r.GetProperty("identifier")}"
            ),
        ];
}
