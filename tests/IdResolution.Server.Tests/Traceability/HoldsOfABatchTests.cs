using IdResolution.Core.Access;
using IdResolution.Server.Tests.Rest;
using IdResolution.Tds;
using Microsoft.Data.SqlClient;

namespace IdResolution.Server.Tests.Traceability;

/// <summary>
/// What must be free, after events of the same batch that begin, end or bring back a hold on it: on the embedded store,
/// and on the stand-in of a SQL server.
/// </summary>
[TestFixture(false)]
[TestFixture(true)]
public sealed class HoldsOfABatchTests(bool onSqlServer)
{
    private TdsServer? _server;
    private TestNode _node = null!;

    [SetUp]
    public async Task StartAsync()
    {
        if (onSqlServer)
        {
            _server = new TdsServer().Start();
            using var connection = new SqlConnection(_server.ConnectionString());
            connection.Open();
            using var command = new SqlCommand("CREATE DATABASE registry", connection);
            command.ExecuteNonQuery();
        }
        _node = await TestNode.StartAsync(o => o.Store.SqlServer = _server?.ConnectionString("registry") ?? "");
        await _node.SendAsync(
            Role.Admin,
            "POST",
            "/api/v1/templates",
            """
            {"code":"pair","attributes":[{"code":"name","type":"text"}],
             "trace":{"refuseHeld":true,"links":[{"type":"contains"},{"type":"consumes"}]}}
            """
        );
        await _node.SendAsync(Role.Admin, "POST", "/api/v1/templates/pair/publish");
    }

    [TearDown]
    public async Task StopAsync()
    {
        await _node.DisposeAsync();
        if (_server is not null)
        {
            SqlConnection.ClearAllPools();
            await _server.DisposeAsync();
        }
    }

    [Test]
    public async Task HeldReleasedAndUsed_InOneBatch_IsTaken()
    {
        var (pair, part) = (await PairAsync(), _node.NewId());

        var answer = await _node.SendAsync(
            Role.Registrar,
            "POST",
            "/api/v1/events:batch",
            $$"""
            {"items":[{"type":"hold","time":"2026-01-01T08:00:00Z","items":["{{part}}"]},
                      {"type":"release","time":"2026-01-02T08:00:00Z","items":["{{part}}"]},
                      {"type":"assemble","time":"2026-01-03T08:00:00Z","parent":"{{pair}}","children":["{{part}}"]}]}
            """
        );

        Assert.That(StatusesOf(answer), Is.EqualTo(new[] { 201, 201, 201 }), answer.Text);
    }

    [Test]
    public async Task ReleaseIsCorrected_AndItsItemUsed_InOneBatch_IsRefused()
    {
        var (pair, part) = (await PairAsync(), _node.NewId());
        await SendAsync($$"""{"type":"hold","time":"2026-01-01T08:00:00Z","items":["{{part}}"]}""");
        var release = await SendAsync($$"""{"type":"release","time":"2026-01-02T08:00:00Z","items":["{{part}}"]}""");

        var answer = await _node.SendAsync(
            Role.Registrar,
            "POST",
            "/api/v1/events:batch",
            $$"""
            {"items":[{"type":"correct","time":"2026-01-03T08:00:00Z","corrects":"{{release}}"},
                      {"type":"assemble","time":"2026-01-04T08:00:00Z","parent":"{{pair}}","children":["{{part}}"]}]}
            """
        );

        Assert.That(StatusesOf(answer), Is.EqualTo(new[] { 201, 409 }), answer.Text);
    }

    private async Task<string> PairAsync()
    {
        var id = _node.NewId();
        await _node.SendAsync(
            Role.Registrar,
            "POST",
            "/api/v1/identifiers",
            $$"""{"template":"pair","identifier":"{{id}}","attributes":{} }"""
        );
        return id;
    }

    private async Task<string> SendAsync(string text) =>
        (await _node.SendAsync(Role.Registrar, "POST", "/api/v1/events", text)).Json.GetProperty("event").GetString()!;

    private static int[] StatusesOf(Answer answer) =>
        [.. answer.Json.GetProperty("items").EnumerateArray().Select(i => i.GetProperty("status").GetInt32())];
}
