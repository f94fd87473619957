using IdResolution.Core.Access;
using IdResolution.Core.Statistics;
using IdResolution.Server.Tests.Rest;
using Microsoft.Data.Sqlite;

namespace IdResolution.Server.Tests.Hosting;

/// <summary>What load balancers are told.</summary>
[TestFixture]
public sealed class ReadinessTests
{
    [Test]
    public async Task Readyz_DatabaseAway_NamesItBeforeItTurnsTrafficAway()
    {
        var time = new SlidingTime();
        await using var node = await TestNode.StartAsync(time: time);
        Assert.That((await node.GetAsync("/readyz")).Text, Is.EqualTo("ok\n"));
        await node.StopWorkerAsync();

        time.Advance(TimeSpan.FromSeconds(3));
        var degraded = await node.GetAsync("/readyz");
        time.Advance(TimeSpan.FromSeconds(3));
        var away = await node.GetAsync("/readyz");

        Assert.Multiple(() =>
        {
            // The clock goes on by itself too: some seconds more on a slow machine.
            Assert.That(degraded.Status, Is.EqualTo(200));
            Assert.That(
                degraded.Text,
                Does.Match(
                    "^degraded\\ndatabase: no answer for [3-9] s; cached records are served, marked stale; writes "
                        + "are refused\\n$"
                )
            );
            Assert.That(away.Status, Is.EqualTo(503));
            Assert.That(
                away.Text,
                Does.Match(
                    "^not ready\\ndatabase: no answer for ([6-9]|1[0-9]) s; cached records are served, marked "
                        + "stale; writes are refused\\n$"
                )
            );
        });
    }

    [Test]
    public async Task Readyz_EntryThatCannotBeCounted_IsToldWhileItIsTriedAndSetAside()
    {
        var time = new SlidingTime();
        await using var node = await TestNode.StartAsync(time: time);
        await node.RegisterAsync();
        // In the worker's place reads whoever asks for statistics.
        await node.StopWorkerAsync();
        var spoilt = await node.Node.Log.HeadAsync(CancellationToken.None);
        Spoil(node.Node.Directory.Database, spoilt);
        await node.Node.Store.Readers.RestartAsync(LogCounter.ReaderName, spoilt - 1, CancellationToken.None);
        await node.RegisterAsync();

        var answers = new List<int> { (await node.GetAsync("/api/v1/statistics", Role.Reader)).Status };
        var failed = await node.GetAsync("/readyz");
        foreach (var pause in new[] { 1, 2 })
        {
            time.Advance(TimeSpan.FromSeconds(pause));
            answers.Add((await node.GetAsync("/api/v1/statistics", Role.Reader)).Status);
        }
        var aside = await node.GetAsync("/readyz");

        Assert.Multiple(() =>
        {
            Assert.That(answers, Is.All.EqualTo(200));
            Assert.That(failed.Text, Does.StartWith("degraded\n"));
            Assert.That(
                failed.Text,
                Does.Contain("\nlog reader statistics: it failed the last time, 2 behind the log; ")
            );
            Assert.That(
                aside.Text,
                Does.Contain(
                    "\nlog reader statistics: entries set aside: 1; idnode readers --dead statistics names them\n"
                )
            );
            Assert.That(aside.Text, Does.Not.Contain("failed"));
        });
        Assert.That(
            await node.Node.Store.Readers.CursorAsync(LogCounter.ReaderName, CancellationToken.None),
            Is.EqualTo(await node.Node.Log.HeadAsync(CancellationToken.None))
        );
    }

    private static void Spoil(string database, long sequence)
    {
        using var connection = new SqliteConnection($"Data Source={database};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "UPDATE versions SET state = x'ff' WHERE sequence = @sequence";
        command.Parameters.AddWithValue("@sequence", sequence);
        command.ExecuteNonQuery();
    }

    [Test]
    public async Task Stop_WithADrainTime_AnswersOnAndSaysSo()
    {
        var time = new HeldTime(TimeSpan.FromSeconds(20));
        await using var node = await TestNode.StartAsync(o => o.Drain.Seconds = 20, time);
        var id = await node.RegisterAsync();

        var stopped = node.StopAsync();
        var ready = await node.GetAsync("/readyz");
        var alive = await node.GetAsync("/healthz");
        var read = await node.GetAsync("/api/v1/identifiers/" + id);
        await node.RegisterAsync();
        Assert.Multiple(() =>
        {
            Assert.That(ready.Status, Is.EqualTo(503));
            // On a machine that others have full the tail may be late, which is told too.
            Assert.That(
                ready.Text,
                Does.StartWith("not ready\nstopping: the node is about to end; requests are still answered\n")
            );
            Assert.That((alive.Status, read.Status), Is.EqualTo((200, 200)));
            Assert.That(stopped.IsCompleted, Is.False);
        });
        time.Release();
        await stopped;
        Assert.That(async () => await node.GetAsync("/healthz"), Throws.InstanceOf<HttpRequestException>());
    }

    [Test]
    public async Task Stop_TimeUsedUp_StillWritesWhatWasCounted()
    {
        await using var node = await TestNode.StartAsync();
        await node.GetAsync("/api/v1/identifiers/" + await node.RegisterAsync());

        // As the host stops where callers who do not go have used its time up.
        await node.StopWorkerAsync(new CancellationToken(canceled: true));

        var counts = await node.Node.Store.Statistics.ReadAsync(
            DateOnly.MinValue,
            DateOnly.MaxValue,
            CancellationToken.None
        );
        Assert.That(
            counts.Select(c => (c.Key.Operation, c.Count)),
            Has.Member(("resolve", 1L)).And.Member(("register", 1L))
        );
    }

    /// <summary>The system's clock, but that waits of one length end when a test says so.</summary>
    private sealed class HeldTime(TimeSpan held) : TimeProvider
    {
        private readonly TaskCompletionSource _released = new();

        public void Release() => _released.SetResult();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            if (dueTime != held)
            {
                return base.CreateTimer(callback, state, dueTime, period);
            }
            _ = _released.Task.ContinueWith(_ => callback(state), TaskScheduler.Default);
            return base.CreateTimer(static _ => { }, null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }
}
