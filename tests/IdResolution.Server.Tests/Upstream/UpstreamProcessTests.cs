using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using IdResolution.Server.Tests.Faults;
using IdResolution.Testing;

namespace IdResolution.Server.Tests.Upstream;

/// <summary>Two real nodes, one the secondary node of the other, and a network between them that fails.</summary>
[TestFixture]
[Category(Lane.Process)]
public sealed class UpstreamProcessTests
{
    private const string Secret = "a-secret-of-the-factory";

    // Changes of each item while the network fails.
    private const int Steps = 3;

    private static readonly bool s_long = Environment.GetEnvironmentVariable("IDR_TEST_LONG") == "1";

    private TemporaryDirectory _directory = null!;
    private FaultyProxy _proxy = null!;

    private string Data => Path.Combine(_directory.Path, "factory");

    private string UpperData => Path.Combine(_directory.Path, "upper");

    private string SecretFile => Path.Combine(_directory.Path, "secret");

    [SetUp]
    public async Task MakeAsync()
    {
        _directory = new TemporaryDirectory();
        _proxy = new FaultyProxy();
        await File.WriteAllTextAsync(SecretFile, Secret);
        // The verbs read them too.
        var settings = new
        {
            Upstream = new
            {
                Url = _proxy.Address,
                User = "factory",
                SecretFile,
                Share = "all",
                TimeoutSeconds = 2,
            },
        };
        Directory.CreateDirectory(Data);
        await File.WriteAllTextAsync(Path.Combine(Data, "appsettings.json"), JsonSerializer.Serialize(settings));
        await RunAsync(0, "init", "--data", UpperData, "--prefix", NodeProcess.Prefix);
        string[] identity = ["--name", "factory", "--prefix", NodeProcess.Prefix, "--secret-file", SecretFile];
        await RunAsync(0, ["key", "create", "--data", UpperData, "--role", "registrar", .. identity]);
    }

    [TearDown]
    public async Task RemoveAsync()
    {
        await _proxy.DisposeAsync();
        _directory.Dispose();
    }

    [Test]
    public async Task NetworkFails_NodesAreKilled_BothHoldTheSameInTheEnd()
    {
        var upper = await StartUpperAsync();
        var node = await StartNodeAsync(null);
        var key = node.Key;
        try
        {
            await ExpireAsync(upper);
            using var stop = new CancellationTokenSource();
            var serving = node;
            using var second = await StartNodeAsync(key);
            var line = Enumerable
                .Range(0, 4)
                .Select(c => WorkAsync(c, () => c == 0 ? second : serving, stop.Token))
                .ToArray();
            foreach (var fault in Enum.GetValues<FaultyProxy.Fault>().Append(FaultyProxy.Fault.None))
            {
                _proxy.Now = fault;
                await Task.Delay(1_500);
            }
            await node.KillAsync();
            node.Dispose();
            node = serving = await StartNodeAsync(key);
            await upper.KillAsync();
            upper.Dispose();
            await Task.Delay(1_000);
            upper = await StartUpperAsync();
            await stop.CancelAsync();
            var worked = (await Task.WhenAll(line)).Sum();

            Assert.That(worked, Is.GreaterThan(50), "the line went on all the time");
            await InStepAsync(node);
            await RunAsync(0, "upstream", "reconcile", "--data", Data, "--rate", "2000");
            await InOrderAsync(upper);
        }
        finally
        {
            node.Dispose();
            upper.Dispose();
        }
    }

    [Test]
    public async Task Backlog_CaughtUpWhileTheNetworkFails_AndTheNodeIsKilled_IsAllThere()
    {
        using var upper = await StartUpperAsync();
        await ExpireAsync(upper);
        var node = await StartNodeAsync(null);
        var key = node.Key;
        try
        {
            _proxy.Now = FaultyProxy.Fault.Refused;
            await BatchAsync(node, "L", s_long ? 100_000 : 2_000);
            foreach (var fault in Enum.GetValues<FaultyProxy.Fault>())
            {
                _proxy.Now = fault;
                await Task.Delay(1_000);
                _proxy.Now = FaultyProxy.Fault.None;
                await Task.Delay(200);
            }
            await node.KillAsync();
            node.Dispose();
            node = await StartNodeAsync(key);

            await InStepAsync(node);

            await RunAsync(0, "upstream", "reconcile", "--data", Data, "--rate", "2000");
        }
        finally
        {
            node.Dispose();
        }
    }

    [Test]
    public async Task Upper_BackFromAnOlderBackup_IsMendedByRepair()
    {
        var upper = await StartUpperAsync();
        using var node = await StartNodeAsync(null);
        try
        {
            await BatchAsync(node, "A", s_long ? 1_000 : 300);
            await InStepAsync(node);
            var backup = Path.Combine(_directory.Path, "backup.db");
            await RunAsync(0, "backup", backup, "--data", UpperData);
            await BatchAsync(node, "B", s_long ? 100_000 : 700);
            await InStepAsync(node);
            await upper.TerminateAsync();
            upper.Dispose();
            await RunAsync(0, "restore", backup, "--data", UpperData);
            upper = await StartUpperAsync();
            await RunAsync(1, "upstream", "reconcile", "--data", Data, "--rate", "2000");

            await RunAsync(0, "upstream", "reconcile", "--data", Data, "--rate", "2000", "--repair");

            await RunAsync(0, "upstream", "reconcile", "--data", Data, "--rate", "2000");
        }
        finally
        {
            upper.Dispose();
        }
    }

    /// <summary>Has the proxy know a token of the upper node that has ended: its key was revoked.</summary>
    private async Task ExpireAsync(NodeProcess upper)
    {
        string[] identity = ["--name", "ending", "--prefix", NodeProcess.Prefix, "--secret-file", SecretFile];
        string[] create = ["key", "create", "--data", UpperData, "--role", "registrar", .. identity];
        var (code, _, told) = await NodeProcess.RunAsync(create);
        Assert.That(code, Is.Zero, told);
        var key = Regex.Match(told, "k[0-9a-f]{12}").Value;
        string? token = null;
        // The upper node knows the key within a second.
        await ProcessFaultTests.WaitUntilAsync(
            async () =>
            {
                var credentials = new { username = "ending", password = Secret };
                using var response = await upper.Http.PostAsJsonAsync("/identity/token", credentials);
                var answer = await response.Content.ReadFromJsonAsync<JsonElement>();
                token =
                    answer.GetProperty("status").GetInt32() == 1
                        ? answer.GetProperty("data").GetProperty("token").GetString()
                        : null;
                return token is not null;
            },
            TimeSpan.FromSeconds(30)
        );
        await RunAsync(0, "key", "revoke", "--data", UpperData, key);
        _proxy.Expired = Encoding.ASCII.GetBytes(token!);
    }

    private async Task<NodeProcess> StartUpperAsync()
    {
        var upper = await NodeProcess.StartAsync(UpperData, "");
        _proxy.Server = IPEndPoint.Parse(upper.Http.BaseAddress!.Authority);
        return upper;
    }

    private Task<NodeProcess> StartNodeAsync(string? key) => NodeProcess.StartAsync(Data, key);

    /// <summary>Registers, changes and revokes items until it is stopped. Gives how many were registered.</summary>
    private static async Task<int> WorkAsync(int caller, Func<NodeProcess> node, CancellationToken stop)
    {
        var done = 0;
        for (var i = 0; !stop.IsCancellationRequested; i++)
        {
            try
            {
                using var made = await node().RegisterAsync($"c{caller}-{i}", CancellationToken.None);
                if (!made.IsSuccessStatusCode)
                {
                    continue;
                }
                done++;
                var id = (await made.Content.ReadFromJsonAsync<Made>(stop))!.Identifier;
                for (var step = 1; step <= Steps; step++)
                {
                    var change = new { attributes = new { remark = $"changed {step}" } };
                    using var changed = await node().Http.PatchAsJsonAsync($"/api/v1/identifiers/{id}", change, stop);
                }
                if (i % 5 == 0)
                {
                    using var revoked = await node().Http.DeleteAsync($"/api/v1/identifiers/{id}", stop);
                }
                await Task.Delay(20, stop);
            }
            catch (Exception e)
                when (e is HttpRequestException or OperationCanceledException or ObjectDisposedException)
            {
                await Task.Delay(100, CancellationToken.None);
            }
        }
        return done;
    }

    /// <summary>
    /// No identifier went back at the upper node: registered, changed step by step, revoked. Some states of between are
    /// not there, and some twice.
    /// </summary>
    private async Task InOrderAsync(NodeProcess upper)
    {
        string[] reader = ["--data", UpperData, "--role", "reader", "--name", "reader"];
        var (code, key, errors) = await NodeProcess.RunAsync(["key", "create", .. reader]);
        Assert.That(code, Is.Zero, errors);
        upper.UseKey(key.Trim());
        var (_, identifiers) = await ProcessFaultTests.ReadChangesAsync(upper);
        var items = identifiers.Distinct().Where(i => i.Contains("/MEAB-", StringComparison.Ordinal)).ToList();
        Assert.That(items, Has.Count.GreaterThan(50));
        foreach (var id in items)
        {
            var history = await upper.Http.GetFromJsonAsync<JsonElement>($"/api/v1/history/{id}?limit=1000");
            var states = history.GetProperty("items").EnumerateArray().Reverse().Select(StepOf).ToList();
            Assert.That(states, Is.Ordered, $"{id}: {history}");
        }
    }

    /// <summary>How far an item was that <see cref="WorkAsync"/> made: 0 as registered, last as revoked.</summary>
    private static int StepOf(JsonElement version) =>
        version.GetProperty("status").GetString() == "revoked" ? Steps + 1
        : version.GetProperty("attributes").GetProperty("remark").GetString() is ['c', 'h', .., var step] ? step - '0'
        : 0;

    private static async Task BatchAsync(NodeProcess node, string name, int count)
    {
        foreach (var chunk in Enumerable.Range(0, count).Chunk(500))
        {
            var items = chunk.Select(i => new
            {
                template = "mea-batch",
                source = "mes",
                sourceKey = $"{name}{i}",
                attributes = new { remark = "x" },
            });
            using var response = await node.Http.PostAsJsonAsync("/api/v1/identifiers:batch", new { items });
            Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        }
    }

    private static async Task InStepAsync(NodeProcess node) =>
        Assert.That(
            async () => await node.Http.GetFromJsonAsync<State>("/api/v1/upstream"),
            Is.EqualTo(new State(0, 0)).After(180_000, 200),
            () => node.Errors
        );

    private static async Task RunAsync(int code, params string[] arguments)
    {
        var (ended, output, errors) = await NodeProcess.RunAsync(arguments);
        Assert.That(ended, Is.EqualTo(code), string.Join(' ', arguments) + "\n" + output + errors);
    }

    private sealed record Made(string Identifier);

    private sealed record State(long Lag, long Refused);
}
