using System.Text.Json;
using IdResolution.Core.Access;
using IdResolution.Core.Administration;
using IdResolution.Core.Upstream;
using IdResolution.Server.Tests.Rest;
using IdResolution.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace IdResolution.Server.Tests.Upstream;

/// <summary>A node whose secondary node is another of ours.</summary>
[TestFixture]
internal sealed class NodeToNodeTests
{
    private const string Secret = "a-secret-of-12-bytes";

    private TemporaryDirectory _directory = null!;
    private TestNode _upper = null!;
    private TestNode _node = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _directory = new TemporaryDirectory();
        var secret = Path.Combine(_directory.Path, "secret");
        await File.WriteAllTextAsync(secret, Secret + "\n");
        _upper = await TestNode.StartAsync();
        var made = await _upper.Node.Keys.CreateAsync(
            new NewKey(Role.Registrar, "factory", null, null, TestNode.Prefix, Secret),
            Caller.Node,
            CancellationToken.None
        );
        Assert.That(made.IsOk, Is.True);
        _node = await TestNode.StartAsync(options =>
        {
            options.Upstream.Url = $"http://{_upper.EndPoint}";
            options.Upstream.User = "factory";
            options.Upstream.SecretFile = secret;
            options.Upstream.Share = UpstreamShare.Public;
        });
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        await _node.DisposeAsync();
        await _upper.DisposeAsync();
        _directory.Dispose();
    }

    [Test]
    public async Task Record_RegisteredChangedAndRevoked_IsSoAtTheSecondaryNode()
    {
        var id = await _node.RegisterAsync(""" "attributes":{"name":"泵","cost":"12.5","tags":["a","b"]} """);
        await InStepAsync();
        var there = JsonDocument
            .Parse((await _upper.GetAsync($"/api/v1/identifiers/{id}", Role.Admin)).Text)
            .RootElement;
        Assert.That(there.GetProperty("attributes").GetProperty("name").GetString(), Is.EqualTo("泵"));
    }

    private async Task InStepAsync()
    {
        var progress = _node.Services.GetRequiredService<UpstreamProgress>();
        Assert.That(
            async () => (await progress.ReadAsync(CancellationToken.None)).Lag,
            Is.Zero.After(20_000, 50),
            () => _node.Log.ToString() + progress.ReadAsync(CancellationToken.None).Result
        );
        Assert.That((await progress.ReadAsync(CancellationToken.None)).Refused, Is.Zero);
    }
}
