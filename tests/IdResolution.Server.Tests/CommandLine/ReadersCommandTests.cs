using IdResolution.Core.Access;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Statistics;

namespace IdResolution.Server.Tests.CommandLine;

[TestFixture]
public sealed class ReadersCommandTests : CommandLineFixture
{
    [SetUp]
    public Task MakeNode() => InitAsync();

    [Test]
    public async Task List_ReaderThatNeverMoved_IsAtTheBeginning()
    {
        var head = await HeadAsync();

        var table = await DoAsync("readers", "--data", Data);

        Assert.That(
            Cells(table),
            Is.EqualTo(
                new[]
                {
                    "NAME CURSOR HEAD LAG DEAD LETTERS",
                    $"quality 0 {head} {head} 0",
                    $"statistics 0 {head} {head} 0",
                    $"stock 0 {head} {head} 0",
                    $"unregistered 0 {head} {head} 0",
                }
            )
        );
    }

    [Test]
    public async Task List_ReadersThatMoved_ShowsHowFar()
    {
        await SetAsideAsync("old", 2, "缺少 template\nof it");
        var head = await HeadAsync();

        var table = await DoAsync("readers", "--data", Data);
        var letters = await DoAsync("readers", "--data", Data, "--dead", "old");

        Assert.That(
            Cells(table)[1..],
            Is.EqualTo(
                new[]
                {
                    $"old 2 {head} {head - 2} 1",
                    $"quality 0 {head} {head} 0",
                    $"statistics 0 {head} {head} 0",
                    $"stock 0 {head} {head} 0",
                    $"unregistered 0 {head} {head} 0",
                }
            )
        );
        Assert.That(
            Cells(letters),
            Is.EqualTo(new[] { "SEQUENCE SET ASIDE REASON", "2 2026-03-01 20:00Z 缺少 template of it" })
        );
    }

    [Test]
    public async Task Dead_None_SaysSo() =>
        Assert.That(
            await DoAsync("readers", "--data", Data, "--dead", LogCounter.ReaderName),
            Is.EqualTo("Reader statistics has set nothing aside." + Environment.NewLine)
        );

    [TestCase("1", 0)]
    [TestCase("2", 1)]
    [TestCase("beyond", 0)]
    public async Task Restart_FromAnEntry_SetsTheCursorAndAuditsIt(string from, long cursor)
    {
        await SetAsideAsync("statistics", 2, "it is broken");
        if (from == "beyond")
        {
            cursor = await HeadAsync();
            from = $"{cursor + 1}";
        }

        var said = await DoAsync("readers", "--data", Data, "--restart", "statistics", "--from", from);

        using var node = await OpenAsync();
        var states = await node.Get<ILogReaderStore>().ListAsync(default);
        var audited = (await node.Get<IAuditStore>().ReadAsync(0, 1, default))[0];
        Assert.That(
            said.Trim(),
            Is.EqualTo($"Reader statistics goes on from entry {from}; it was at 3. Dead letters forgotten: 1.")
        );
        Assert.That(states, Is.EqualTo(new[] { new LogReaderState("statistics", cursor, 0) }));
        Assert.That(
            (audited.Caller, audited.Action, audited.Target),
            Is.EqualTo(
                ("command-line", "reader.restart", $"statistics from {from}, was at 3; dead letters forgotten: 1")
            )
        );
    }

    [TestCase("--restart: name the first entry", "--restart", "statistics")]
    [TestCase("--from: name the reader", "--from", "1")]
    [TestCase("--dead and --restart", "--restart", "statistics", "--from", "1", "--dead", "statistics")]
    [TestCase(
        "--restart: there is no reader 'x'. There are: quality, statistics, stock, unregistered.",
        "--restart",
        "x",
        "--from",
        "1"
    )]
    [TestCase("--dead: there is no reader 'x'", "--dead", "x")]
    [TestCase("--from: '0' must be", "--restart", "statistics", "--from", "0")]
    [TestCase("--from: '-1' must be", "--restart", "statistics", "--from=-1")]
    [TestCase("--from: 'first' must be", "--restart", "statistics", "--from", "first")]
    [TestCase("--from: '1000000' must be", "--restart", "statistics", "--from", "1000000")]
    public async Task Options_ThatCannotBe_AreNamedAndChangeNothing(string message, params string[] options)
    {
        var ran = await RunAsync(["readers", "--data", Data, .. options]);

        Assert.That((ran.Code, ran.Output), Is.EqualTo((2, "")));
        Assert.That(ran.Error, Does.StartWith(message));
        using var node = await OpenAsync();
        Assert.That(await node.Get<ILogReaderStore>().ListAsync(default), Is.Empty);
    }

    private async Task<long> HeadAsync()
    {
        using var node = await OpenAsync();
        return await node.Get<IChangeLog>().HeadAsync(default);
    }

    private async Task SetAsideAsync(string reader, long sequence, string reason)
    {
        using var node = await OpenAsync();
        var store = node.Get<Storage.Sql.NodeStore>();
        var lease = await store.Leases.TakeAsync(reader, "test", TimeSpan.FromMinutes(1), default);
        var at = new DateTimeOffset(2026, 3, 1, 20, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds() * 1_000;
        await store.Readers.SetAsideAsync(
            new LogMove(lease!, reader, 0, sequence),
            new DeadLetter(reader, sequence, reason, at),
            default
        );
    }

    private static string[] Cells(string table) =>
        [
            .. table
                .Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries)
                .Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries))),
        ];
}
