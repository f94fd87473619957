using System.Net;
using System.Text.Json;
using IdResolution.Core.Access;
using IdResolution.HandleProtocol.Values;
using IdResolution.Server.CommandLine;
using IdResolution.Server.CommandLine.Shared;
using IdResolution.Server.Handle.Operations;
using IdResolution.Server.Options;
using IdResolution.Server.Tests.Rest;
using Microsoft.Extensions.DependencyInjection;

namespace IdResolution.Server.Tests.Handle.Foreign;

/// <summary>
/// A root that homes 88.300 and knows who holds the prefixes below it, a partner with 88.300.2, and a node with
/// 88.300.1 that asks the root.
/// </summary>
internal abstract class ForeignFixture
{
    private static readonly CommandEnvironment s_environment = new(
        Path.GetTempPath(),
        new Dictionary<string, string>()
    );

    protected const string PartnerPrefix = "88.300.2";

    private readonly List<TestNode> _nodes = [];

    protected TestNode Root { get; private set; } = null!;

    protected TestNode Partner { get; private set; } = null!;

    protected TestNode Node { get; private set; } = null!;

    protected static CancellationToken Stop => TestContext.CurrentContext.CancellationToken;

    [OneTimeSetUp]
    public async Task StartNodesAsync()
    {
        Root = await StartAsync("88.300");
        Partner = await StartAsync(PartnerPrefix);
        await DelegateAsync(PartnerPrefix, SiteOf(Partner));
        Node = await StartAsync(TestNode.Prefix, AskRoot);
    }

    [OneTimeTearDown]
    public async Task StopNodesAsync()
    {
        foreach (var node in _nodes)
        {
            await node.DisposeAsync();
        }
    }

    protected async Task<TestNode> StartAsync(string prefix, Action<NodeOptions>? configure = null)
    {
        var node = await TestNode.StartAsync(options =>
        {
            options.Prefixes = [prefix];
            configure?.Invoke(options);
        });
        _nodes.Add(node);
        return node;
    }

    /// <summary>Settings of a node that asks the root.</summary>
    protected void AskRoot(NodeOptions options)
    {
        options.Foreign.Roots = [Root.HandleEndPoint.ToString()];
        options.Foreign.Allowed = ["127.0.0.1"];
    }

    /// <summary>The site record of a node, with the ports it has.</summary>
    protected static SiteRecord SiteOf(TestNode node) => node.Services.GetRequiredService<HandleSite>().Record;

    /// <summary>A site of one address.</summary>
    protected static SiteRecord SiteAt(IPEndPoint endPoint) =>
        new()
        {
            Servers =
            [
                new SiteServer(
                    1,
                    endPoint.Address,
                    [],
                    [
                        new(SiteServices.Both, SiteTransport.Tcp, endPoint.Port),
                        new(SiteServices.Query, SiteTransport.Udp, endPoint.Port),
                    ]
                ),
            ],
        };

    /// <summary>Makes the root say who holds a prefix.</summary>
    protected Task DelegateAsync(string prefix, SiteRecord site, params HandleValue[] more) =>
        CreateAsync(
            Root,
            $"0.NA/{prefix}",
            [
                new HandleValue
                {
                    Index = 1,
                    Type = "HS_SITE",
                    Data = site.ToData(),
                },
                .. more,
            ]
        );

    /// <summary>Makes a record of raw values on a node.</summary>
    protected static async Task<string> CreateAsync(TestNode node, string identifier, params HandleValue[] values)
    {
        var body = new
        {
            identifier,
            values = values.Select(value => new
            {
                index = value.Index,
                type = value.Type,
                data = new { format = "base64", value = value.Data },
                ttl = value.Ttl,
                permissions = Convert.ToString((byte)value.Permissions, 2).PadLeft(4, '0'),
            }),
        };
        var answer = await node.SendAsync(Role.Admin, "POST", "/api/v1/identifiers", JsonSerializer.Serialize(body));
        Assert.That(answer.Status, Is.EqualTo(201), answer.ToString());
        return identifier;
    }

    protected static HandleValue Value(
        int index,
        string type,
        string text,
        ValuePermissions permissions = ValuePermissions.Usual,
        int ttl = HandleValue.DefaultTtl
    ) =>
        new()
        {
            Index = index,
            Type = type,
            Data = System.Text.Encoding.UTF8.GetBytes(text),
            Permissions = permissions,
            Ttl = ttl,
        };

    protected static Task<Answer> GetAsync(TestNode node, string identifier, Role role = Role.Anonymous) =>
        node.GetAsync("/api/v1/identifiers/" + identifier, role);

    /// <summary>Runs a verb of <c>idnode</c>.</summary>
    protected static async Task<(int Code, string Output, string Error)> RunAsync(params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await IdnodeCommand.RunAsync(
            args,
            new CommandInvocation(s_environment)
            {
                Output = output,
                Error = error,
                EnableDefaultExceptionHandler = false,
            },
            Stop
        );
        return (code, output.ToString(), error.ToString());
    }
}
