using System.Text;
using IdResolution.Core.Access;
using IdResolution.HandleProtocol.Client;
using IdResolution.HandleProtocol.Keys;
using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Security;
using IdResolution.HandleProtocol.Values;
using IdResolution.Server.Options;
using IdResolution.Server.Tests.Rest;
using Microsoft.Extensions.DependencyInjection;

namespace IdResolution.Server.Tests.Handle;

/// <summary>A node with a server administrator, who has a secret key and an RSA key, and one without rights.</summary>
internal abstract class HandleFixture
{
    protected const string Prefix = TestNode.Prefix;
    protected const string Secret = "topsecret of tests";

    private HandleTransport? _transport;

    protected static ValueReference Admin { get; } = new($"{Prefix}/ADMIN", 300);

    protected static ValueReference AdminKey { get; } = new($"{Prefix}/ADMIN", 301);

    protected static ValueReference Stranger { get; } = new($"{Prefix}/STRANGER", 300);

    protected KeyPair KeyPair { get; private set; } = null!;

    protected TestNode Node { get; private set; } = null!;

    /// <summary>The server administrator, by secret.</summary>
    protected HandleClient Client { get; private set; } = null!;

    /// <summary>Nobody.</summary>
    protected HandleClient Anonymous { get; private set; } = null!;

    protected static CancellationToken Stop => TestContext.CurrentContext.CancellationToken;

    protected virtual TimeProvider? Time => null;

    /// <summary>True for tests of old clients.</summary>
    protected virtual bool IsLegacy => false;

    protected virtual void Configure(NodeOptions options) { }

    [OneTimeSetUp]
    public async Task StartNodeAsync()
    {
        Node = await TestNode.StartAsync(
            options =>
            {
                options.HandleAdmins = [Admin.ToString(), AdminKey.ToString()];
                options.Access.HandleLegacy = IsLegacy;
                Configure(options);
            },
            Time
        );
        // Many tests are wrong from this one network.
        Node.Services.GetRequiredService<GuessDelays>().Free = int.MaxValue;
        _transport = new HandleTransport();
        KeyPair = KeyPair.Generate();
        var rsa = Convert.ToBase64String(KeyPair.PublicKey.ToData());
        await RegisterAsync(
            Admin.Handle,
            $$"""{"index":300,"type":"HS_SECKEY","data":"{{Secret}}","permissions":"1100"},{"index":301,"type":"HS_PUBKEY","data":{"format":"base64","value":"{{rsa}}"} }"""
        );
        await RegisterAsync(
            Stranger.Handle,
            $$"""{"index":300,"type":"HS_SECKEY","data":"{{Secret}}","permissions":"1100"}"""
        );
        Client = As(new SecretKeySigner(Admin, Encoding.UTF8.GetBytes(Secret)));
        Anonymous = As(null);
    }

    [OneTimeTearDown]
    public async Task StopNodeAsync()
    {
        _transport?.Dispose();
        KeyPair?.Dispose();
        if (Node is not null)
        {
            await Node.DisposeAsync();
        }
    }

    protected HandleClient As(IChallengeSigner? signer) =>
        new(_transport!, HandleServer.At(Node.HandleEndPoint), signer);

    protected HandleClient As(ValueReference user, string secret = Secret) =>
        As(new SecretKeySigner(user, Encoding.UTF8.GetBytes(secret)));

    protected Task<HandleWire> ConnectAsync() => HandleWire.ConnectAsync(Node.HandleEndPoint);

    protected HandlePackets Packets() =>
        new(Node.Services.GetRequiredService<IdResolution.Server.Handle.Transport.HandleUdp>().Port);

    protected static HandleValue Value(
        int index,
        string type,
        string text,
        ValuePermissions permissions = ValuePermissions.Usual
    ) =>
        new()
        {
            Index = index,
            Type = type,
            Data = Encoding.UTF8.GetBytes(text),
            Permissions = permissions,
        };

    protected static HandleValue AdminValue(int index, AdminPermissions permissions, ValueReference administrator) =>
        new()
        {
            Index = index,
            Type = "HS_ADMIN",
            Data = new AdminRecord(permissions, administrator).ToData(),
        };

    /// <summary>Creates a handle of these values, as the server's administrator.</summary>
    protected async Task<string> CreateAsync(params HandleValue[] values)
    {
        var handle = Node.NewId();
        var created = await Client.CreateAsync(handle, values, overwrite: false, mint: false, Stop);
        Assert.That((created.Code, created.Data), Is.EqualTo((ResponseCode.Success, handle)), created.Message);
        return handle;
    }

    /// <summary>What everyone, or with a client who has rights, sees of a handle: index, type and text.</summary>
    protected async Task<IEnumerable<string>> ValuesOfAsync(string handle, HandleClient? client = null)
    {
        var found = await (client ?? Anonymous).ResolveAsync(
            handle,
            new HandleQuery { PublicOnly = client is null },
            Stop
        );
        Assert.That(found.Code, Is.EqualTo(ResponseCode.Success), found.Message);
        return found.Data!.Select(v => $"{v.Index} {v.Type} {v.Text}");
    }

    /// <summary>The answer to a challenge, by secret.</summary>
    protected static ChallengeAnswer Answer(HandleMessage challenged, ValueReference user, string secret = Secret)
    {
        Assert.That(challenged.Header.ResponseCode, Is.EqualTo(ResponseCode.AuthenticationNeeded));
        Assert.That(Challenge.TryRead(challenged.Body.Span, out var challenge), Is.True);
        return new ChallengeAnswer(
            SecretKeyProof.Type,
            user,
            SecretKeyProof.Make(
                KeyedDigestKind.HmacSha256,
                Encoding.UTF8.GetBytes(secret),
                challenge!.Nonce,
                challenge.Digest.Digest.Span
            )
        );
    }

    private async Task RegisterAsync(string identifier, string values)
    {
        var answer = await Node.SendAsync(
            Role.Admin,
            "POST",
            "/api/v1/identifiers",
            $$"""{"identifier":"{{identifier}}","values":[{{values}}]}"""
        );
        Assert.That(answer.Status, Is.EqualTo(201), answer.ToString());
    }
}
