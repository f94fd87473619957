using System.Text.Json;
using IdResolution.Core.Access;
using IdResolution.Core.Administration;
using IdResolution.Core.Snms;
using IdResolution.Server.Tests.Rest;

namespace IdResolution.Server.Tests.Snms;

/// <summary>Tests against one running node with an SNMS identity that is logged in.</summary>
public abstract class SnmsFixture : NodeFixture
{
    protected const string User = "mes-line-3";
    protected const string Password = "Node#2024-line-3";
    protected const string Prefix = TestNode.Prefix;

    private protected const string Success = SnmsMessages.Success;

    /// <summary>The token of the identity.</summary>
    protected string Token { get; private set; } = "";

    [OneTimeSetUp]
    public async Task LogInAsync()
    {
        await IdentityAsync(User, Password);
        Token = await TokenAsync(User, Password);
    }

    /// <summary>Makes an identity.</summary>
    protected async Task<ApiKey> IdentityAsync(
        string user,
        string password,
        Role role = Role.Registrar,
        string? prefix = null,
        int? rateLimit = null,
        DateTimeOffset? expiresAt = null
    )
    {
        var made = await Server.Node.Keys.CreateAsync(
            new NewKey(role, user, expiresAt, rateLimit, prefix, password),
            Caller.Node,
            CancellationToken.None
        );
        Assert.That(made.IsOk, made.Error?.Message.En);
        return made.Value.Key;
    }

    protected async Task<string> TokenAsync(string user, string password)
    {
        var answer = await CallAsync("POST", "/identity/token", new { username = user, password }, token: null);
        Assert.That(answer.Outcome, Is.EqualTo((1, Success)));
        return answer.Data.GetProperty("token").GetString()!;
    }

    /// <summary>Makes a call with the identity's token.</summary>
    private protected Task<SnmsAnswer> CallAsync(string method, string path, object? body = null) =>
        CallAsync(method, path, body, Token);

    /// <summary>Makes a call. A body that is a text goes as it is.</summary>
    private protected async Task<SnmsAnswer> CallAsync(string method, string path, object? body, string? token) =>
        new(
            await Server.SendAsync(
                token,
                method,
                path,
                body is null ? null : body as string ?? JsonSerializer.Serialize(body)
            )
        );

    /// <summary>
    /// Makes a template with the attributes boxCode (2000, required, 1 to 64) and spec (2001, up to 255).
    /// </summary>
    private protected async Task<string> TemplateAsync(string? version = null, string prefix = Prefix)
    {
        version ??= "V-" + Server.NewId().Split('/')[1];
        var made = await CallAsync("POST", "/snms/api/v5/template", Template(version, prefix));
        Assert.That(made.Outcome, Is.EqualTo((1, Success)));
        return version;
    }

    internal static Dictionary<string, object?> Template(string version, string prefix = Prefix) =>
        new()
        {
            ["prefix"] = prefix,
            ["version"] = version,
            ["industryCategory"] = "C",
            ["industrySpecific"] = "15",
            ["industryTrade"] = "151",
            ["industrySubclass"] = "1512",
            ["type"] = 2,
            ["description"] = "box label",
            ["items"] = new object[]
            {
                Item("箱码", "boxCode", 2000, true, 1, 64),
                Item("规格", "spec", 2001, false, 0, 255),
            },
        };

    private protected static Dictionary<string, object?> Item(
        string name,
        string type,
        object? index,
        bool required = false,
        int least = 0,
        int most = 255
    )
    {
        var item = new Dictionary<string, object?>
        {
            ["name"] = name,
            ["idType"] = type,
            ["required"] = required,
            ["metadata"] = new
            {
                type = "string",
                minLength = least,
                maxLength = most,
            },
        };
        if (index is not null)
        {
            item["idIndex"] = index;
        }
        return item;
    }

    internal static Dictionary<string, object?> Identifier(
        string handle,
        string version,
        params (int Index, string Type, string Text)[] values
    ) =>
        new()
        {
            ["handle"] = handle,
            ["templateVersion"] = version,
            ["value"] = values
                .Select(v => new
                {
                    auth = "",
                    index = v.Index,
                    type = v.Type,
                    data = new { format = "string", value = v.Text },
                })
                .ToArray(),
        };

    private protected Task<SnmsAnswer> DetailAsync(string handle) =>
        CallAsync("GET", "/identityv2/data/detail?handle=" + Uri.EscapeDataString(handle));

    private protected static Dictionary<int, string?> ValuesOf(SnmsAnswer detail) =>
        detail
            .Data.GetProperty("value")
            .EnumerateArray()
            .ToDictionary(
                v => v.GetProperty("index").GetInt32(),
                v => v.GetProperty("data").GetProperty("value").GetString()
            );
}
