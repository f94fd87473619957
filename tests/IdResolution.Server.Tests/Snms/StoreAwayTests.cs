using System.Text.Json;
using IdResolution.Core.Access;
using IdResolution.Core.Administration;
using IdResolution.Server.SnmsWire;
using IdResolution.Server.Tests.Rest;
using IdResolution.Tds;
using Microsoft.Data.SqlClient;

namespace IdResolution.Server.Tests.Snms;

/// <summary>What callers are told while the node cannot do what they ask: its store is away.</summary>
[TestFixture]
public sealed class StoreAwayTests
{
    private const string User = "mes-line-3";
    private const string Password = "Node#2024-line-3";
    private const string Handle = TestNode.Prefix + "/A";

    private static readonly (string Method, string Path, object Body)[] s_ofTemplates =
    [
        ("POST", SnmsPaths.TemplateV3, SnmsFixture.Template("OTHER")),
        ("POST", SnmsPaths.TemplateV5, SnmsFixture.Template("OTHER")),
        ("PUT", SnmsPaths.TemplateV5, new Dictionary<string, object?>(SnmsFixture.Template("BOX")) { ["type"] = 1 }),
        ("DELETE", SnmsPaths.TemplateV5, new { prefix = TestNode.Prefix, version = "BOX" }),
    ];

    private static readonly (string Method, string Path, object? Body)[] s_ofIdentifiers =
    [
        ("POST", SnmsPaths.Data, SnmsFixture.Identifier(Handle, "BOX", (2000, "boxCode", "A"))),
        ("PUT", SnmsPaths.Data, SnmsFixture.Identifier(Handle, "BOX", (2000, "boxCode", "A"))),
        ("DELETE", SnmsPaths.Data, new { handle = Handle }),
        ("GET", SnmsPaths.Detail + "?handle=88.300.1%2FA", null),
    ];

    [Test]
    public async Task Calls_WhileTheStoreIsAway_AreBusyOfTemplatesAndFailedOfIdentifiers()
    {
        await using var server = new TdsServer().Start();
        await using (var connection = new SqlConnection(server.ConnectionString()))
        {
            await connection.OpenAsync();
            await using var create = new SqlCommand("CREATE DATABASE registry", connection);
            await create.ExecuteNonQueryAsync();
        }
        await using var node = await TestNode.StartAsync(o =>
        {
            o.Store.SqlServer = server.ConnectionString("registry");
            o.Store.TimeoutSeconds = 5;
        });
        var identity = new NewKey(Role.Registrar, User, Secret: Password);
        Assert.That((await node.Node.Keys.CreateAsync(identity, Caller.Node, CancellationToken.None)).IsOk);
        var logIn = await CallAsync(null, "POST", SnmsPaths.Token, new { username = User, password = Password });
        var token = logIn.Data.GetProperty("token").GetString();
        var made = await CallAsync(token, "POST", SnmsPaths.TemplateV5, SnmsFixture.Template("BOX"));
        Assert.That(made.Outcome, Is.EqualTo((1, "success")));

        await server.StopAsync();

        foreach (var (method, path, body) in s_ofTemplates)
        {
            Assert.That(
                (await CallAsync(token, method, path, body)).Http.Text,
                Is.EqualTo("""{"message":"系统繁忙","status":-1,"data":null}"""),
                $"{method} {path}"
            );
        }
        foreach (var (method, path, body) in s_ofIdentifiers)
        {
            var answer = await CallAsync(token, method, path, body);
            Assert.That(answer.Status, Is.EqualTo(-4), $"{method} {path}: {answer}");
            Assert.That(answer.Message, Does.Match(@"\p{IsCJKUnifiedIdeographs}"));
            Assert.That(answer.Data.ValueKind, Is.EqualTo(JsonValueKind.Null));
        }

        async Task<SnmsAnswer> CallAsync(string? key, string method, string path, object? sent) =>
            new(await node.SendAsync(key, method, path, sent is null ? null : JsonSerializer.Serialize(sent)));
    }
}
