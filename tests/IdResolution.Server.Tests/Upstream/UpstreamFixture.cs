using IdResolution.Core.Access;
using IdResolution.Core.Upstream;
using IdResolution.Server.Options;
using IdResolution.Server.Simulation;
using IdResolution.Server.Tests.Rest;
using IdResolution.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace IdResolution.Server.Tests.Upstream;

/// <summary>Tests against a node that reports to a simulated secondary node, each with both of its own.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[Parallelizable(ParallelScope.All)]
public abstract class UpstreamFixture
{
    protected const string User = "factory";
    protected const string Secret = "the-secret-of-the-factory";

    private readonly TemporaryDirectory _directory = new();

    /// <summary>The secondary node. It stays as it is while its server is down.</summary>
    private protected SecondaryNode Upper { get; } = new([new SecondaryNodeUser(User, Secret, TestNode.Prefix)]);

    private protected SecondaryNodeServer Server { get; private set; } = null!;

    private protected TestNode Node { get; private set; } = null!;

    private protected UpstreamProgress Progress => Node.Services.GetRequiredService<UpstreamProgress>();

    [SetUp]
    public async Task StartUpperAsync() => Server = await SecondaryNodeServer.StartAsync(Upper);

    [TearDown]
    public async Task StopAsync()
    {
        if (Node is not null)
        {
            await Node.DisposeAsync();
        }
        await Server.DisposeAsync();
        _directory.Dispose();
    }

    /// <summary>Starts the node, by default with all attributes going up.</summary>
    private protected async Task StartNodeAsync(Action<UpstreamOptions>? configure = null, string? data = null) =>
        Node = await OtherNodeAsync(configure, data);

    /// <summary>Starts a node; it may join another on its store.</summary>
    private protected async Task<TestNode> OtherNodeAsync(
        Action<UpstreamOptions>? configure = null,
        string? data = null
    )
    {
        var secret = Path.Combine(_directory.Path, "secret");
        await File.WriteAllTextAsync(secret, Secret + "\n");
        return await TestNode.StartAsync(
            options =>
            {
                options.Upstream.Url = Server.Address.ToString();
                options.Upstream.User = User;
                options.Upstream.SecretFile = secret;
                options.Upstream.Share = UpstreamShare.All;
                options.Upstream.TimeoutSeconds = 2;
                configure?.Invoke(options.Upstream);
            },
            data: data
        );
    }

    /// <summary>Has the secondary node gone, and come back at its address.</summary>
    private protected async Task WithoutUpperAsync(Func<Task> meanwhile)
    {
        var endPoint = Server.EndPoint;
        await Server.DisposeAsync();
        await meanwhile();
        Server = await SecondaryNodeServer.StartAsync(Upper, endPoint);
    }

    /// <summary>Waits until all that the log holds has gone up, and letters that are due too.</summary>
    private protected async Task InStepAsync()
    {
        Assert.That(
            async () => await Progress.ReadAsync(CancellationToken.None) is { Lag: 0, Due: 0 },
            Is.True.After(60_000, 50),
            () => $"{Progress.ReadAsync(CancellationToken.None).Result}"
        );
        await HoldsTheSameAsync();
    }

    /// <summary>Reconcile finds no difference but what stays here, and in records that were refused.</summary>
    private protected async Task HoldsTheSameAsync()
    {
        var refused = (await LettersAsync()).Select(l => l.Sequence).ToHashSet();
        var differences = await ReconcileAsync();
        Assert.That(differences.Where(d => !d.IsKept && !refused.Contains(d.Sequence)), Is.Empty);
    }

    /// <summary>What differs, and what stays here.</summary>
    private protected async Task<List<UpstreamDifference>> ReconcileAsync(bool repairs = false)
    {
        var found = new List<UpstreamDifference>();
        var end = await Node
            .Services.GetRequiredService<UpstreamReconciler>()
            .RunAsync(
                new ReconcilePlan { PerSecond = 100_000, Repairs = repairs },
                found.Add,
                _ => Task.CompletedTask,
                CancellationToken.None
            );
        Assert.That(end.Pending, Is.Zero);
        return found;
    }

    private protected async Task<IReadOnlyList<UpstreamLetter>> LettersAsync() =>
        await Node
            .Services.GetRequiredService<IUpstreamStore>()
            .LettersAsync(0, isDue: false, 10_000, CancellationToken.None);

    private protected async Task PatchAsync(string id, string attributes)
    {
        var answer = await Node.SendAsync(
            Role.Registrar,
            "PATCH",
            $"/api/v1/identifiers/{id}",
            $$"""{"attributes":{{attributes}}}"""
        );
        Assert.That(answer.Status, Is.EqualTo(200), answer.ToString());
    }

    private protected async Task RevokeAsync(string id) =>
        Assert.That(
            (await Node.SendAsync(Role.Registrar, "DELETE", $"/api/v1/identifiers/{id}")).Status,
            Is.EqualTo(204)
        );
}
