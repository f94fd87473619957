using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using IdResolution.Server.Simulation;

namespace IdResolution.Server.Tests.Simulation;

/// <summary>A simulated secondary node that is served, for each test, with a user who is logged in.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public abstract class SimulatorFixture
{
    protected const string User = "ent-1";
    protected const string Password = "Secret#2026";
    protected const string Prefix = "88.300.1";
    protected const string OtherPrefix = "88.300.2";
    protected const string Version = "BOX-2025";

    private readonly HttpClient _http = new();

    private protected SecondaryNode Node { get; private set; } = null!;

    private protected SecondaryNodeServer Server { get; private set; } = null!;

    protected string Token { get; private set; } = "";

    [SetUp]
    public async Task StartAsync()
    {
        Node = new SecondaryNode([
            new SecondaryNodeUser(User, Password, Prefix),
            new SecondaryNodeUser("ent-2", Password, OtherPrefix),
        ]);
        Server = await SecondaryNodeServer.StartAsync(Node);
        Token = await LogInAsync();
    }

    /// <summary>Serves another node from here on.</summary>
    private protected async Task StartAgainAsync(SecondaryNode node)
    {
        var endPoint = Server.EndPoint;
        await Server.DisposeAsync();
        Node = node;
        Server = await SecondaryNodeServer.StartAsync(node, endPoint);
    }

    [TearDown]
    public async Task StopAsync()
    {
        _http.Dispose();
        await Server.DisposeAsync();
    }

    protected async Task<string> LogInAsync(string user = User)
    {
        var answer = await CallAsync("POST", "/identity/token", new { username = user, password = Password });
        Assert.That(answer.Outcome, Is.EqualTo((1, "success")));
        return answer.Data.GetProperty("token").GetString()!;
    }

    /// <summary>Makes the template of the sheet: boxCode (2000, required, 1 to 64) and spec (2001).</summary>
    private protected async Task TemplateAsync() =>
        Assert.That((await CallAsync("POST", "/snms/api/v5/template", Template())).Outcome, Is.EqualTo((1, "success")));

    private protected async Task<Envelope> CallAsync(
        string method,
        string path,
        object? body = null,
        string? token = ""
    )
    {
        using var answer = await SendAsync(method, path, body, token);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(answer.Content.Headers.ContentType!.MediaType, Is.EqualTo("application/json"));
        return new Envelope(JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement);
    }

    /// <summary>Sends a request; an empty token is the user's. A body that is a text goes as it is.</summary>
    private protected async Task<HttpResponseMessage> SendAsync(
        string method,
        string path,
        object? body = null,
        string? token = ""
    )
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(Server.Address, path));
        if (body is not null)
        {
            var text = body as string ?? JsonSerializer.Serialize(body);
            request.Content = new StringContent(text, Encoding.UTF8, "application/json");
        }
        if (token is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token.Length == 0 ? Token : token);
        }
        return await _http.SendAsync(request);
    }

    /// <summary>Asks what is below <c>/simulator/</c>.</summary>
    private protected async Task<JsonElement> ControlAsync(
        string method,
        string path,
        object? body = null,
        HttpStatusCode status = HttpStatusCode.OK
    )
    {
        using var answer = await SendAsync(method, "/simulator/" + path, body, token: null);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.That(answer.StatusCode, Is.EqualTo(status), text);
        return JsonDocument.Parse(text).RootElement;
    }

    private protected Task<Envelope> CreateAsync(string name, string code = "B-1") =>
        CallAsync("POST", "/identityv2/data", Box(name, code));

    private protected Task<Envelope> DetailAsync(string handle) =>
        CallAsync("GET", "/identityv2/data/detail?handle=" + Uri.EscapeDataString(handle));

    private protected static Dictionary<string, object?> Template(params object[] items) =>
        new()
        {
            ["prefix"] = Prefix,
            ["version"] = Version,
            ["industryCategory"] = "C",
            ["industrySpecific"] = "15",
            ["industryTrade"] = "151",
            ["industrySubclass"] = "1512",
            ["type"] = 2,
            ["description"] = "box label",
            ["items"] =
                items.Length > 0
                    ? items
                    : [Item("箱码", "boxCode", "2000", true, 1, 64), Item("规格", "spec", 2001, false, 0, 300)],
        };

    private protected static Dictionary<string, object?> Item(
        string? name,
        string? type,
        object? index,
        bool required = false,
        object? least = null,
        object? most = null
    ) =>
        new()
        {
            ["name"] = name,
            ["idType"] = type,
            ["idIndex"] = index,
            ["required"] = required,
            ["metadata"] = new Dictionary<string, object?>
            {
                ["type"] = "string",
                ["minLength"] = least ?? 0,
                ["maxLength"] = most ?? 255,
            },
        };

    /// <summary>An identifier with a code, and what else is given.</summary>
    private protected static Dictionary<string, object?> Box(
        string name,
        string code = "B-1",
        params (object? Index, string Type, string Text)[] more
    ) =>
        new()
        {
            ["handle"] = name.Contains('/', StringComparison.Ordinal) ? name : $"{Prefix}/{name}",
            ["templateVersion"] = Version,
            ["value"] = more.Prepend((2000, "boxCode", code))
                .Select(v => new
                {
                    auth = "",
                    index = v.Item1,
                    type = v.Item2,
                    data = new { format = "string", value = v.Item3 },
                })
                .ToArray(),
        };

    /// <summary>The envelope of an answer.</summary>
    private protected sealed class Envelope
    {
        public Envelope(JsonElement json)
        {
            Json = json;
            Assert.That(json.EnumerateObject().Select(m => m.Name), Is.EqualTo(["message", "status", "data"]));
        }

        public JsonElement Json { get; }

        public JsonElement Data => Json.GetProperty("data");

        public (int Status, string Message) Outcome =>
            (Json.GetProperty("status").GetInt32(), Json.GetProperty("message").GetString()!);

        /// <summary>The outcomes of the items of a batch.</summary>
        public IEnumerable<string?> Messages => Data.EnumerateArray().Select(i => i.GetProperty("msg").GetString());

        public override string ToString() => Json.GetRawText();
    }
}
