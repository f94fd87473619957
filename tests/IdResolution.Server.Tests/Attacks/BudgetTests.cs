using System.Net;
using System.Net.Sockets;
using System.Text;
using IdResolution.Core.Access;
using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Values;
using IdResolution.Server.Handle.Transport;
using IdResolution.Server.Options;
using IdResolution.Server.Tests.Handle;
using IdResolution.Server.Tests.Rest;
using Microsoft.Extensions.DependencyInjection;

namespace IdResolution.Server.Tests.Attacks;

/// <summary>One network uses up what there is for all, and guesses at secrets.</summary>
[TestFixture]
public sealed class BudgetTests : NodeFixture
{
    private const int Connections = 40;

    [Test]
    public async Task Verifications_GuessedAt_AreSlowedDownForTheGuesserAlone()
    {
        var user = await SecretGuess.UserAsync(Server);
        using var attacker = Attacker.Http(Server.EndPoint, IPAddress.Parse("127.0.0.70"));
        using var admin = Attacker.Http(Server.EndPoint, IPAddress.Parse("127.0.0.71"));

        var statuses = await Task.WhenAll(
            Enumerable.Range(0, 300).Select(async i => await SecretGuess.AskAsync(attacker, user, $"{i:D6} as a guess"))
        );
        var right = await SecretGuess.AskAsync(admin, user, SecretGuess.Secret);

        Assert.That(statuses.Count(s => s.Verified is false), Is.InRange(1, GuessDelays.UsuallyFree + 10));
        Assert.That(statuses.Where(s => s.Verified is null).All(s => s is { Status: 503, Retry: > 0 }), Is.True);
        Assert.That(right.Verified, Is.True, "an administrator gets in");
        Assert.That(
            (await SecretGuess.AskAsync(attacker, user, SecretGuess.Secret)).Verified,
            Is.Null,
            "the guesser waits, right or wrong"
        );
    }

    [Test]
    public async Task Verifications_OverTcp_ShareTheDelay()
    {
        var user = await SecretGuess.UserAsync(Server);
        var from = IPAddress.Parse("127.0.0.72");
        using var wire = await HandleWire.ConnectAsync(Server.HandleEndPoint, from);
        var codes = new List<ResponseCode>();
        for (var i = 0; i < 40; i++)
        {
            var request = new VerifyRequest(user, new byte[16], new byte[20], new byte[21]);
            codes.Add((await wire.AskAsync(OpCode.VerifyChallenge, request.Write)).Header.ResponseCode);
        }
        using var http = Attacker.Http(Server.EndPoint, from);

        Assert.That(codes.Count(code => code == ResponseCode.Success), Is.InRange(1, GuessDelays.UsuallyFree + 10));
        Assert.That(codes[^1], Is.EqualTo(ResponseCode.ServerBusy));
        Assert.That(
            (await SecretGuess.AskAsync(http, user, SecretGuess.Secret)).Verified,
            Is.Null,
            "another transport is no way around it"
        );
    }

    [Test]
    public async Task Connections_OfOneNetwork_LeaveRoomForOthers()
    {
        var from = IPAddress.Parse("127.0.0.73");
        var open = new List<Socket>();
        foreach (var server in new[] { Server.HandleEndPoint, Server.EndPoint, Server.GrpcEndPoint })
        {
            for (var i = 0; i < 2 * Connections; i++)
            {
                try
                {
                    open.Add(await Attacker.ConnectAsync(server, from));
                }
                catch (SocketException)
                {
                    // Refused before the handshake was seen.
                }
            }
        }
        try
        {
            Assert.That(
                () => open.Count(socket => !Attacker.IsOver(socket)),
                Is.EqualTo(2 * Connections).After(30_000, 50),
                "so many of HTTP and gRPC, and so many of the Handle protocol"
            );
            using var wire = await HandleWire.ConnectAsync(Server.HandleEndPoint);
            await wire.SendAsync(HandleWire.Resolution("0"));
            Assert.That(await wire.ReadAsync(), Is.Not.Null);
            using var fresh = Attacker.Http(Server.EndPoint, IPAddress.Parse("127.0.0.74"));
            Assert.That((await fresh.GetAsync("/healthz")).StatusCode, Is.EqualTo(HttpStatusCode.OK));
        }
        finally
        {
            open.ForEach(socket => socket.Dispose());
        }
        Assert.That(
            () => Server.Services.GetRequiredService<HandleConnections>().Count,
            Is.Zero.After(30_000, 50),
            "what ends is given back"
        );
        using var again = Attacker.Http(Server.EndPoint, from);
        Assert.That(async () => (await again.GetAsync("/healthz")).IsSuccessStatusCode, Is.True.After(30_000, 50));
    }

    [Test]
    public async Task OpenWrites_OfOneNetwork_AreLimited()
    {
        var handle = Server.NewId();
        var made = await Server.SendAsync(
            Role.Registrar,
            "POST",
            "/api/v1/identifiers",
            $$"""{"identifier":"{{handle}}","values":[{"index":1,"type":"NOTE","data":"0","permissions":"1111"}]}"""
        );
        Assert.That(made.Status, Is.EqualTo(201), made.ToString());
        using var wire = await HandleWire.ConnectAsync(Server.HandleEndPoint, IPAddress.Parse("127.0.0.75"));
        using var other = await HandleWire.ConnectAsync(Server.HandleEndPoint, IPAddress.Parse("127.0.0.76"));

        var codes = new List<ResponseCode>();
        for (var i = 0; i < 2_000 && !codes.Contains(ResponseCode.ServerBusy); i++)
        {
            codes.Add(await WriteAsync(wire, $"{i}"));
        }

        Assert.That(codes.Count(code => code == ResponseCode.Success), Is.GreaterThanOrEqualTo(20));
        Assert.That(codes, Has.Member(ResponseCode.ServerBusy));
        Assert.That(await WriteAsync(other, "another's"), Is.EqualTo(ResponseCode.Success));
        // A long one is as many as fit at once.
        using var verbose = await HandleWire.ConnectAsync(Server.HandleEndPoint, IPAddress.Parse("127.0.0.78"));
        var longCodes = new List<ResponseCode>();
        for (var i = 0; i < 20 && !longCodes.Contains(ResponseCode.ServerBusy); i++)
        {
            longCodes.Add(await WriteAsync(verbose, $"{i}{new string('a', 100_000)}"));
        }
        Assert.That(longCodes, Has.Member(ResponseCode.Success).And.Member(ResponseCode.ServerBusy));

        async Task<ResponseCode> WriteAsync(HandleWire by, string text)
        {
            var value = new HandleValue
            {
                Index = 1,
                Type = "NOTE",
                Data = Encoding.UTF8.GetBytes(text),
                Permissions = (ValuePermissions)15,
            };
            return (await by.AskAsync(OpCode.ModifyValue, new ValuesRequest(handle, [value]).Write))
                .Header
                .ResponseCode;
        }
    }

    [Test]
    public async Task BadKeys_HoweverMany_LeaveANewKeyItsFirstUse()
    {
        using var attacker = Attacker.Http(Server.EndPoint, IPAddress.Parse("127.0.0.77"));
        async Task<HttpStatusCode> TryAsync(string key)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/keys");
            request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + key);
            return (await attacker.SendAsync(request)).StatusCode;
        }

        var statuses = await Task.WhenAll(Enumerable.Range(0, 500).Select(i => TryAsync($"idr_{i}")));
        var fresh = await Server.KeyAsync(Role.Reader);

        Assert.That(statuses, Is.All.EqualTo(HttpStatusCode.Unauthorized));
        Assert.That((await Server.SendAsync(fresh, "GET", "/api/v1/search?limit=1", null)).Status, Is.EqualTo(200));
    }

    private protected override void Configure(NodeOptions options) => options.Limits.ConnectionsPerSource = Connections;
}
