using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using IdResolution.Core.Access;
using IdResolution.Core.Administration;
using IdResolution.Server.Hosting;
using IdResolution.Server.Hosting.Work;
using IdResolution.Server.Http;
using IdResolution.Server.Options;
using IdResolution.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace IdResolution.Server.Tests.Rest;

/// <summary>
/// The real host on two ports of loopback over a temporary data directory, with a key for every role and the template
/// <c>part</c>.
/// </summary>
internal sealed class TestNode : IAsyncDisposable
{
    public const string Prefix = "88.300.1";

    /// <summary>
    /// A template with every visibility, a unique, a repeated and searchable attributes, and a coding rule.
    /// </summary>
    public const string PartPack = """
        {
          "pack": "tests",
          "codingRules": [{"code": "part", "pattern": "P-{seq:5}{check}"}],
          "templates": [{
            "code": "part", "codingRule": "part", "names": {"en": "Part", "zh": "零件"}, "attributes": [
              {"code": "name", "type": "text", "required": true, "visibility": "public", "searchable": true, "maxLength": 2000, "names": {"en": "Name", "zh": "名称"}},
              {"code": "grade", "type": "choice", "choices": ["A", "B"], "visibility": "partner", "searchable": true, "names": {"en": "Grade", "zh": "等级"}},
              {"code": "cost", "type": "decimal", "minimum": 0, "maximum": 1000, "searchable": true, "unit": "CNY", "names": {"en": "Cost", "zh": "成本"}},
              {"code": "made", "type": "date", "searchable": true},
              {"code": "serial", "type": "text", "unique": true},
              {"code": "tags", "type": "text", "repeated": true, "searchable": true, "visibility": "public"},
              {"code": "of", "type": "reference", "visibility": "public"}
            ]
          }]
        }
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TemporaryDirectory? _directory;
    private readonly Dictionary<Role, string> _keys = [];
    private readonly OpenedNode _opened;
    private readonly WebApplication _app;
    private readonly HttpClient _client;
    private int _named;

    private TestNode(OpenedNode opened, WebApplication app, TemporaryDirectory? directory)
    {
        _opened = opened;
        Node = new ServedNode(app.Services);
        _app = app;
        _directory = directory;
        var addresses = app.Services.GetRequiredService<BoundAddresses>();
        (EndPoint, GrpcEndPoint, HandleEndPoint) = (addresses.Http, addresses.Grpc, addresses.Handle);
        Address.Url = opened.Options.PublicUrl ?? $"http://{EndPoint}";
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = false,
        };
        _client = new HttpClient(handler) { BaseAddress = new Uri($"http://{EndPoint}"), Timeout = Patience };
    }

    public ServedNode Node { get; }

    public IPEndPoint EndPoint { get; }

    public IPEndPoint GrpcEndPoint { get; }

    /// <summary>The Handle protocol over TCP; UDP has mostly the same port.</summary>
    public IPEndPoint HandleEndPoint { get; }

    public LogCapture Log { get; } = new();

    public PublicAddress Address => _app.Services.GetRequiredService<PublicAddress>();

    public IServiceProvider Services => _app.Services;

    /// <summary>Starts a node; with a directory it joins those that use it. The settings are Kestrel's own.</summary>
    public static async Task<TestNode> StartAsync(
        Action<NodeOptions>? configure = null,
        TimeProvider? time = null,
        string? data = null,
        Action<IEndpointRouteBuilder>? mapGrpc = null,
        IDictionary<string, string?>? settings = null
    )
    {
        var directory = data is null ? new TemporaryDirectory() : null;
        var options = new NodeOptions
        {
            Data = data ?? directory!.Path,
            Prefixes = [Prefix],
            Http = "127.0.0.1:0",
            Grpc = "127.0.0.1:0",
            Handle = "127.0.0.1:0",
        };
        configure?.Invoke(options);
        Assert.That(options.Validate(), Is.Empty);
        var opened = await OpenedNode.OpenAsync(options, create: true, time ?? TimeProvider.System);
        // Logs go to the capture alone.
        var quiet = KeyValuePair.Create<string, string?>("Logging:Console:LogLevel:Default", "None");
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([quiet, .. settings ?? new Dictionary<string, string?>()])
            .Build();
        var app = NodeHost.Build(opened, configuration, mapGrpc);
        await NodeContainer.StartAsync(app.Services, CancellationToken.None);
        await app.Services.GetRequiredService<FirstStart>().InitializeAsync(CancellationToken.None);
        await app.StartAsync();
        var started = new TestNode(opened, app, directory);
        app.Services.GetRequiredService<ILoggerFactory>().AddProvider(started.Log);
        foreach (var role in new[] { Role.Partner, Role.Reader, Role.Registrar, Role.Admin, Role.Auditor })
        {
            started._keys[role] = await started.KeyAsync(role);
        }
        if (started.Node.Catalog.Current.FindLatest("part") is null)
        {
            Assert.That(
                (await started.SendAsync(Role.Admin, "POST", "/api/v1/templates:import", PartPack)).Status,
                Is.EqualTo(200)
            );
        }
        return started;
    }

    /// <summary>An identifier that no other test of this node has.</summary>
    public string NewId(string tail = "") => $"{Prefix}/T{Interlocked.Increment(ref _named)}{tail}";

    public string KeyOf(Role role) => _keys[role];

    /// <summary>Makes a key.</summary>
    public async Task<string> KeyAsync(Role role, int? rateLimit = null, DateTimeOffset? expiresAt = null) =>
        (await Node.Keys.CreateAsync(new NewKey(role, null, expiresAt, rateLimit), Caller.Node, CancellationToken.None))
            .Value
            .Text;

    public Task<Answer> GetAsync(
        string path,
        Role role = Role.Anonymous,
        params (string Name, string Value)[] headers
    ) => SendAsync(role, "GET", path, null, headers);

    /// <summary>Sends a request; a body goes as JSON unless a Content-Type header says otherwise.</summary>
    public Task<Answer> SendAsync(
        Role role,
        string method,
        string path,
        string? body = null,
        params (string Name, string Value)[] headers
    ) => SendAsync(role == Role.Anonymous ? null : _keys[role], method, path, body, headers);

    public Task<Answer> SendAsync(
        string? key,
        string method,
        string path,
        string? body = null,
        params (string Name, string Value)[] headers
    ) =>
        SendAsync(
            key,
            method,
            path,
            body is null ? null : new StringContent(body, Encoding.UTF8, "application/json"),
            headers
        );

    /// <summary>Sends a body of any bytes.</summary>
    public Task<Answer> SendBytesAsync(
        Role role,
        string method,
        string path,
        byte[] body,
        params (string Name, string Value)[] headers
    ) =>
        SendAsync(
            role == Role.Anonymous ? null : _keys[role],
            method,
            path,
            new ByteArrayContent(body),
            [("Content-Type", "application/json"), .. headers]
        );

    private async Task<Answer> SendAsync(
        string? key,
        string method,
        string path,
        HttpContent? body,
        (string Name, string Value)[] headers
    )
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(path, UriKind.Relative));
        if (key is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }
        request.Content = body;
        foreach (var (name, value) in headers)
        {
            if (name.StartsWith("Content-", StringComparison.OrdinalIgnoreCase))
            {
                request.Content!.Headers.Remove(name);
                if (value.Length > 0)
                {
                    request.Content.Headers.TryAddWithoutValidation(name, value);
                }
            }
            else
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }
        }
        using var response = await _client.SendAsync(request);
        var answer = await Answer.OfAsync(response);
        if (path.StartsWith("/api/v1/", StringComparison.Ordinal))
        {
            var fault = (await ContractAsync()).FaultOf(method, path, answer);
            Assert.That(fault, Is.Null, $"{method} {path} is not answered as the OpenAPI document says: {answer}");
        }
        if (answer.Status >= 400 && IsNoOperators(key))
        {
            Assert.That(answer.Text, Does.Not.Match(Setting), $"{method} {path} tells others how the node is set up");
        }
        return answer;
    }

    private const string Setting = @"\b(Access|Limits|Backup|Foreign|Upstream|Store|Snms):[A-Z]";

    private bool IsNoOperators(string? key) =>
        key is null || (_keys.ContainsValue(key) && key != _keys[Role.Admin] && key != _keys[Role.Auditor]);

    /// <summary>The OpenAPI document, which answers and bodies can be held to.</summary>
    public Task<ApiContract> ContractAsync() => ApiContract.OfAsync(_client);

    /// <summary>Records an event about an item. Returns its id.</summary>
    public async Task<string> ObserveAsync(string identifier)
    {
        var body = JsonSerializer.Serialize(
            new
            {
                type = "observe",
                time = "2026-03-01T08:00:00Z",
                items = new[] { identifier },
            }
        );
        var answer = await SendAsync(Role.Registrar, "POST", "/api/v1/events", body);
        Assert.That(answer.Status, Is.EqualTo(201), answer.ToString());
        return answer.Json.GetProperty("event").GetString()!;
    }

    /// <summary>Registers a part as JSON members say (<c>"attributes":{…}</c>, …) and answers its identifier.</summary>
    public async Task<string> RegisterAsync(string? members = null, string? identifier = null)
    {
        identifier ??= NewId();
        var answer = await SendAsync(
            members?.Contains("HS_", StringComparison.Ordinal) == true ? Role.Admin : Role.Registrar,
            "POST",
            "/api/v1/identifiers",
            $$"""
            {"template":"part","identifier":{{JsonSerializer.Serialize(identifier)}},{{members
                ?? """ "attributes":{"name":"thing"} """}}}
            """
        );
        Assert.That(answer.Status, Is.EqualTo(201), answer.ToString());
        return identifier;
    }

    /// <summary>Makes a grant for a partner. Returns its id.</summary>
    public async Task<string> GrantAsync(string partner = "granted", string more = "")
    {
        await SendAsync(Role.Admin, "POST", "/api/v1/partners", $$"""{"code":"{{partner}}"}""");
        var body = $$"""{"partner":"{{partner}}","fields":{},"purpose":"test"{{more}}}""";
        var answer = await SendAsync(Role.Admin, "POST", "/api/v1/grants", body);
        Assert.That(answer.Status, Is.EqualTo(201), answer.ToString());
        return answer.Json.GetProperty("id").GetString()!;
    }

    public Task<RawConnection> ConnectAsync() => RawConnection.OpenAsync(EndPoint);

    /// <summary>Sends a request with an exact target on a connection of its own.</summary>
    public async Task<Answer> RawAsync(string target, string method = "GET", string headers = "")
    {
        using var connection = await ConnectAsync();
        await connection.RequestAsync(method, target, headers);
        return await connection.ReadAsync(method == "HEAD") ?? throw new EndOfStreamException("No answer.");
    }

    /// <summary>Ends the background work: the tail of the log grows old.</summary>
    public async Task StopWorkerAsync(CancellationToken noMoreTime = default)
    {
        // As the host stops them: the last first.
        foreach (
            var work in Services
                .GetServices<IHostedService>()
                .OfType<BackgroundService>()
                .Where(w => w is PeriodicWork or SharedCacheWork)
                .Reverse()
        )
        {
            await work.StopAsync(noMoreTime);
        }
    }

    /// <summary>Stops serving; the node itself can still be asked.</summary>
    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        _opened.Dispose();
        Log.Dispose();
        _directory?.Dispose();
    }
}
