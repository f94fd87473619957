using System.Text;
using IdResolution.Core.Access;
using IdResolution.HandleProtocol.Client;
using IdResolution.HandleProtocol.Keys;
using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Values;
using IdResolution.Server.Tests.Rest;

namespace IdResolution.Server.Tests.Handle.Foreign;

/// <summary>Administrators whose keys and groups are on another company's node.</summary>
[TestFixture]
internal sealed class ForeignAdministratorTests : ForeignFixture
{
    private const string Secret = "their secret";

    private static readonly ValueReference s_key = new($"{PartnerPrefix}/ADMIN", 301);
    private static readonly ValueReference s_secret = new($"{PartnerPrefix}/ADMIN", 300);
    private static readonly ValueReference s_group = new($"{PartnerPrefix}/GROUP", 200);

    private readonly HandleTransport _transport = new();
    private readonly KeyPair _key = KeyPair.Generate();
    private readonly KeyPair _other = KeyPair.Generate();

    [OneTimeSetUp]
    public async Task RegisterAsync()
    {
        await CreateAsync(
            Partner,
            s_key.Handle,
            Value(300, "HS_SECKEY", Secret),
            new HandleValue
            {
                Index = 301,
                Type = "HS_PUBKEY",
                Data = _key.PublicKey.ToData(),
            }
        );
        await CreateAsync(
            Partner,
            s_group.Handle,
            new HandleValue
            {
                Index = 200,
                Type = "HS_VLIST",
                Data = new ValueListRecord([s_key]).ToData(),
            }
        );
    }

    [OneTimeTearDown]
    public void Close()
    {
        _transport.Dispose();
        _key.Dispose();
        _other.Dispose();
    }

    [Test]
    public async Task Administrator_ByKeyOrGroupOfAnotherNode_HasTheRightsGiven([Values] bool byGroup)
    {
        var handle = await ManagedByAsync(byGroup ? s_group : s_key, $"{TestNode.Prefix}/managed-{byGroup}");

        var changed = await As(new PublicKeySigner(s_key, _key)).ModifyAsync(handle, [Value(1, "URL", "new")], Stop);

        Assert.That(changed.Code, Is.EqualTo(ResponseCode.Success), changed.Message);
        Assert.That((await GetAsync(Node, handle, Role.Admin)).Text, Does.Contain("new"));
        var audited = (await Node.GetAsync("/api/v1/audit", Role.Admin)).Items.First(item =>
            item.GetProperty("action").GetString() == "handle.foreign-write"
        );
        Assert.That(
            (audited.GetProperty("caller").GetString(), audited.GetProperty("target").GetString()),
            Is.EqualTo((s_key.ToString(), handle))
        );
    }

    [Test]
    public async Task Administrator_WithAnotherKeyOrASecret_IsNotBelieved()
    {
        var handle = await ManagedByAsync(s_key, $"{TestNode.Prefix}/guarded");

        var forged = await As(new PublicKeySigner(s_key, _other)).ModifyAsync(handle, [Value(1, "URL", "new")], Stop);
        var secret = await As(new SecretKeySigner(s_secret, Encoding.UTF8.GetBytes(Secret)))
            .ModifyAsync(handle, [Value(1, "URL", "new")], Stop);

        Assert.That(
            (forged.Code, secret.Code),
            Is.EqualTo((ResponseCode.AuthenticationFailed, ResponseCode.AuthenticationFailed))
        );
    }

    [Test]
    public async Task Administrator_OfAGroupThatCannotBeHad_IsNoMember()
    {
        var handle = await ManagedByAsync(new ValueReference("88.300.98/GROUP", 200), $"{TestNode.Prefix}/lost");

        var refused = await As(new PublicKeySigner(s_key, _key)).ModifyAsync(handle, [Value(1, "URL", "new")], Stop);

        Assert.That(refused.Code, Is.EqualTo(ResponseCode.InvalidAdministrator), refused.Message);
    }

    private HandleClient As(IChallengeSigner signer) => new(_transport, HandleServer.At(Node.HandleEndPoint), signer);

    private Task<string> ManagedByAsync(ValueReference administrator, string handle) =>
        CreateAsync(
            Node,
            handle,
            Value(1, "URL", "old"),
            new HandleValue
            {
                Index = 100,
                Type = "HS_ADMIN",
                Data = new AdminRecord(AdminPermissions.All, administrator).ToData(),
            }
        );
}
