using System.Diagnostics;
using IdResolution.Core.Access;

namespace IdResolution.Server.Tests.Rest;

/// <summary>
/// What was written is seen: through this node at once, through another on the same directory within a second.
/// </summary>
[TestFixture]
public sealed class CoherenceTests
{
    private const string Route = "/api/v1/identifiers/";

    // A second by contract; more, for a machine that does other things besides.
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(2);

    private TestNode _node = null!;
    private TestNode _other = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _node = await TestNode.StartAsync();
        _other = await TestNode.StartAsync(data: _node.Node.Directory.Path);
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        await _other.DisposeAsync();
        await _node.DisposeAsync();
    }

    [TearDown]
    public void AssertQuiet()
    {
        _node.Log.AssertQuiet();
        _other.Log.AssertQuiet();
    }

    [Test]
    public async Task Write_ThroughThisNode_IsSeenAtOnce()
    {
        var id = _node.NewId("-own");
        for (var i = 0; i < 3; i++)
        {
            Assert.That((await _node.GetAsync(Route + id)).Status, Is.EqualTo(404));
        }
        await _node.RegisterAsync(identifier: id);
        for (var version = 2; version < 30; version++)
        {
            await _node.GetAsync(Route + id);
            await _node.SendAsync(
                Role.Registrar,
                "PATCH",
                Route + id,
                $$$"""{"attributes":{"name":"v{{{version}}}"}}"""
            );
            Assert.That(
                (await _node.GetAsync(Route + id)).Json.GetProperty("attributes").GetProperty("name").GetString(),
                Is.EqualTo("v" + version)
            );
        }
        await _node.SendAsync(Role.Registrar, "DELETE", Route + id);
        Assert.That((await _node.GetAsync(Route + id)).Status, Is.EqualTo(410));
    }

    [Test]
    public async Task Write_ThroughAnotherNode_IsSeenWithinASecond()
    {
        var id = _node.NewId("-other");
        Assert.That((await _node.GetAsync(Route + id)).Status, Is.EqualTo(404));

        await _other.RegisterAsync(identifier: id);
        await SeenAsync(async () => (await _node.GetAsync(Route + id)).Status == 200, "registered");
        await _other.SendAsync(Role.Registrar, "PATCH", Route + id, """{"attributes":{"name":"patched"}}""");
        await SeenAsync(
            async () => (await _node.GetAsync(Route + id)).Text.Contains("patched", StringComparison.Ordinal),
            "patched"
        );
        await _other.SendAsync(Role.Registrar, "DELETE", Route + id);
        await SeenAsync(async () => (await _node.GetAsync(Route + id)).Status == 410, "revoked");
    }

    [Test]
    public async Task Template_PublishedThroughAnotherNode_IsUsedWithinASecond()
    {
        await _other.SendAsync(Role.Admin, "POST", "/api/v1/templates", """{"code":"shared","attributes":[]}""");
        await _other.SendAsync(Role.Admin, "POST", "/api/v1/templates/shared/publish");

        var id = _node.NewId("-shared");
        await SeenAsync(
            async () =>
                (
                    await _node.SendAsync(
                        Role.Registrar,
                        "POST",
                        "/api/v1/identifiers",
                        $$"""{"template":"shared","identifier":"{{id}}"}"""
                    )
                ).Status == 201,
            "published"
        );
    }

    [Test]
    public async Task Changes_WaitingHere_WakeOnAWriteElsewhere()
    {
        var after = await _node.Node.Store.Log.HeadAsync(CancellationToken.None);
        var waiting = _node.GetAsync($"/api/v1/changes?after={after}&wait=30", Role.Reader);

        var id = await _other.RegisterAsync(identifier: _node.NewId("-woken"));

        Assert.That((await waiting).Text, Does.Contain(id));
    }

    [Test]
    public async Task TwoNodes_UpdatingFromTheSameVersion_OneSucceeds()
    {
        var id = await _node.RegisterAsync(identifier: _node.NewId("-race"));

        var answers = await Task.WhenAll(
            new[] { _node, _other }.Select(n =>
                n.SendAsync(
                    Role.Registrar,
                    "PATCH",
                    Route + id,
                    """{"attributes":{"name":"x"}}""",
                    ("If-Match", "\"1\"")
                )
            )
        );

        Assert.That(answers.Select(a => a.Status), Is.EquivalentTo(new[] { 200, 412 }));
    }

    [Test]
    public async Task NumbersOfACodingRule_AreNeverGivenTwice()
    {
        var answers = await Task.WhenAll(
            Enumerable
                .Range(0, 60)
                .Select(i =>
                    (i % 2 == 0 ? _node : _other).SendAsync(
                        Role.Registrar,
                        "POST",
                        "/api/v1/identifiers",
                        """{"template":"part","attributes":{"name":"n"}}"""
                    )
                )
        );

        Assert.That(answers.Select(a => a.Status), Has.All.EqualTo(201));
        Assert.That(answers.Select(a => a.Json.GetProperty("identifier").GetString()), Is.Unique);
    }

    private static async Task SeenAsync(Func<Task<bool>> seen, string what)
    {
        var watch = Stopwatch.StartNew();
        while (!await seen())
        {
            Assert.That(watch.Elapsed, Is.LessThan(Soon), what);
            await Task.Delay(20);
        }
    }
}
