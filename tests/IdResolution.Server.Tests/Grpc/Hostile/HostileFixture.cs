using Google.Protobuf;
using IdResolution.Core.Access;
using IdResolution.Server.Tests.Rest;

namespace IdResolution.Server.Tests.Grpc.Hostile;

/// <summary>A node that broken or mean peers call; after each of them it serves the next.</summary>
public abstract class HostileFixture : NodeFixture
{
    private protected const string Resolve = "/idresolution.v1.Resolver/Resolve";
    private protected const string Watch = "/idresolution.v1.Resolver/Watch";

    private RawGrpc _client = null!;

    private string _id = "";

    private protected (string, string) Key => ("authorization", "Bearer " + Server.KeyOf(Role.Registrar));

    [OneTimeSetUp]
    public async Task RegisterAsync()
    {
        _client = new RawGrpc(Server.GrpcEndPoint);
        _id = await Server.RegisterAsync();
    }

    [OneTimeTearDown]
    public void DisposeClient() => _client.Dispose();

    /// <summary>
    /// Kestrel notices only with a garbage collection, in whatever test that happens, that such a connection's work was
    /// dropped unfinished.
    /// </summary>
    [SetUp]
    public void ExpectDroppedConnections() => Server.Log.Expect("ApplicationNeverCompleted");

    /// <summary>Whatever a peer did: the next one is served.</summary>
    [TearDown]
    public async Task OthersAreServedAsync()
    {
        var (status, body) = await CallAsync(Resolve, new V1.ResolveRequest { Identifier = _id }.ToByteArray());
        Assert.That(status, Is.EqualTo("0"));
        Assert.That(V1.Record.Parser.ParseFrom(body.AsSpan(5)).Identifier, Is.EqualTo(_id));
    }

    private protected static Google.Protobuf.WellKnownTypes.Struct Named(string name) =>
        new() { Fields = { ["name"] = Google.Protobuf.WellKnownTypes.Value.ForString(name) } };

    private protected Task<(string? Status, byte[] Body)> CallAsync(
        string path,
        byte[] message,
        string? key = null,
        bool compressed = false
    ) => _client.SendBytesAsync(path[1..], message, key, compressed ? [("grpc-encoding", "gzip")] : []);
}
