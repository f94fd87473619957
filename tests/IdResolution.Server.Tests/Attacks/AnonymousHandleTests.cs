using IdResolution.Core.Access;
using IdResolution.HandleProtocol.Messages;
using IdResolution.Server.Options;
using IdResolution.Server.Tests.Handle;
using IdResolution.Server.Tests.Rest;

namespace IdResolution.Server.Tests.Attacks;

/// <summary>Somebody without a key looks for what is registered here by the ways that need none.</summary>
[TestFixture]
public sealed class AnonymousHandleTests : NodeFixture
{
    [Test]
    public async Task HandleJson_WithoutIdentity_TellsNotEvenWhatIsThere()
    {
        var id = await Server.RegisterAsync();
        var raw = await RawAsync("""{"index":1,"type":"NOTE","data":"raw"}""");
        foreach (var known in new[] { id, raw, id, raw })
        {
            var there = await Server.GetAsync("/api/handles/" + known);
            var publicOnly = await Server.GetAsync($"/api/handles/{known}?publicOnly=true");
            var absent = await Server.GetAsync("/api/handles/" + Server.NewId());

            Assert.That((there.Status, publicOnly.Status, absent.Status), Is.EqualTo((401, 401, 401)));
            Assert.That(
                there.Json.GetProperty("responseCode").GetInt32(),
                Is.EqualTo(absent.Json.GetProperty("responseCode").GetInt32())
            );
        }
    }

    [Test]
    public async Task HandlePort_WithoutIdentity_TellsNotEvenWhatIsThere()
    {
        var id = await Server.RegisterAsync();
        using var wire = await HandleWire.ConnectAsync(Server.HandleEndPoint);
        foreach (var handle in new[] { id, id, Server.NewId() })
        {
            foreach (var flags in new[] { OpFlags.PublicOnly, OpFlags.None })
            {
                await wire.SendAsync(HandleWire.Resolution(handle, flags: flags));
                Assert.That(
                    (await wire.ReadAsync())!.Header.ResponseCode,
                    Is.EqualTo(ResponseCode.AuthenticationNeeded),
                    handle
                );
            }
        }
    }

    [Test]
    public async Task HandlePort_WhatClientsNeedToProveWhoTheyAre_IsShown()
    {
        var user = await RawAsync(
            """{"index":1,"type":"NOTE","data":"of nobody's business"},{"index":300,"type":"HS_PUBKEY","data":"a key"}"""
        );

        var values = (await Server.GetAsync("/api/handles/" + user)).Json.GetProperty("values");
        var prefix = await Server.GetAsync("/api/handles/0.NA/" + TestNode.Prefix);

        Assert.That(
            values.EnumerateArray().Select(value => value.GetProperty("type").GetString()),
            Is.EqualTo(["HS_PUBKEY"])
        );
        Assert.That(prefix.Status, Is.EqualTo(200));
    }

    [Test]
    public async Task HomePage_WithoutKey_NamesNoPrefix() =>
        Assert.That(
            (await Server.GetAsync("/", headers: ("Accept", "text/html"))).Text,
            Does.Not.Contain("id=\"prefixes\"")
        );

    private protected override void Configure(NodeOptions options) => options.Access.AnonymousReads = false;

    private async Task<string> RawAsync(string values)
    {
        var id = Server.NewId();
        var made = await Server.SendAsync(
            Role.Admin,
            "POST",
            "/api/v1/identifiers",
            $$"""{"identifier":"{{id}}","values":[{{values}}]}"""
        );
        Assert.That(made.Status, Is.EqualTo(201), made.ToString());
        return id;
    }
}
