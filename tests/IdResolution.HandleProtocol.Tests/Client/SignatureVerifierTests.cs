using System.Text;
using IdResolution.HandleProtocol.Client;
using IdResolution.HandleProtocol.Keys;
using IdResolution.HandleProtocol.Security;
using IdResolution.HandleProtocol.Values;

namespace IdResolution.HandleProtocol.Tests.Client;

[TestFixture]
public sealed class SignatureVerifierTests
{
    private const string Handle = "88.300/1";

    private static readonly DateTimeOffset s_now = DateTimeOffset.UtcNow;
    private static readonly ValueReference s_rootPlace = new("0.NA/88", 300);
    private static readonly ValueReference s_userPlace = new("0.NA/88.300", 300);
    private static readonly HandleValue s_url = new()
    {
        Index = 1,
        Type = "URL",
        Data = "https://example.cn"u8.ToArray(),
    };
    private static readonly HandleValue s_email = new()
    {
        Index = 2,
        Type = "EMAIL",
        Data = "a@example.cn"u8.ToArray(),
    };

    private readonly KeyPair _root = KeyPair.Generate();
    private readonly KeyPair _user = KeyPair.Generate();
    private readonly KeyPair _stranger = KeyPair.Generate();
    private readonly Dictionary<string, IReadOnlyList<HandleValue>> _handles = [];

    [OneTimeTearDown]
    public void Forget()
    {
        _root.Dispose();
        _user.Dispose();
        _stranger.Dispose();
    }

    [SetUp]
    public void Clear() => _handles.Clear();

    [Test]
    public async Task Values_SignedByTheAnchor_AreBelieved() =>
        Assert.That(await Judge([s_url, s_email, Signature(_root, s_rootPlace, [s_url, s_email])]), Is.Null);

    [Test]
    public async Task Values_SignedUnderACertificate_AreBelieved()
    {
        _handles["0.NA/88.300"] = [Certificate(_root, HandlePermission.HandlesUnderThisPrefix, "0.NA/88.300")];
        Assert.That(await Judge([s_url, Signature(_user, s_userPlace, [s_url])]), Is.Null);
    }

    [TestCase(HandlePermission.Everything, null, true)]
    [TestCase(HandlePermission.ThisHandle, "88.300/1", true)]
    [TestCase(HandlePermission.ThisHandle, "88.300/2", false)]
    [TestCase(HandlePermission.HandlesUnderThisPrefix, "0.na/88.300", true)]
    [TestCase(HandlePermission.HandlesUnderThisPrefix, "0.NA/88.3", false)]
    [TestCase(HandlePermission.HandlesUnderThisPrefix, "0.NA/88", false)]
    [TestCase(HandlePermission.DerivedPrefixes, "0.NA/88", false)]
    [TestCase("whatever", "88.300/1", false)]
    public async Task Certificate_ByItsPermission(string permission, string? handle, bool believed)
    {
        _handles["0.NA/88.300"] = [Certificate(_root, permission, handle)];
        Assert.That(await Judge([s_url, Signature(_user, s_userPlace, [s_url])]), believed ? Is.Null : Is.Not.Null);
    }

    [Test]
    public void Permits_DerivedPrefixes_TheirHandlesOnly()
    {
        var permission = new HandlePermission("0.NA/88", HandlePermission.DerivedPrefixes);
        Assert.That(CertificateChain.Permits(permission, "0.NA/88.300"), Is.True);
        Assert.That(CertificateChain.Permits(permission, "0.NA/881"), Is.False);
        Assert.That(CertificateChain.Permits(permission, "0.NA/88"), Is.False);
    }

    [Test]
    public async Task Values_NotAsSigned_AreRefused()
    {
        Assert.That(
            await Judge([s_email with { Index = 1 }, Signature(_root, s_rootPlace, [s_url])]),
            Does.Contain("Value 1")
        );
        Assert.That(await Judge([s_url, s_email, Signature(_root, s_rootPlace, [s_url])]), Does.Contain("Value 2"));
        Assert.That(
            await Judge([s_url, Signature(_root, s_rootPlace, [s_url], "88.300/2")]),
            Does.Contain("does not hold")
        );
        Assert.That(await Judge([s_url, Signature(_stranger, s_rootPlace, [s_url])]), Does.Contain("does not hold"));
        Assert.That(await Judge([s_url, Signature(_stranger, s_userPlace, [s_url])]), Does.Contain("believed"));
        Assert.That(
            await Judge([
                s_url,
                new HandleValue
                {
                    Index = 400,
                    Type = "HS_SIGNATURE",
                    Data = "x"u8.ToArray(),
                },
            ]),
            Does.Contain("believed")
        );
    }

    [Test]
    public async Task Values_OfOneIndex_AreRefused()
    {
        var forged = s_url with { Data = "https://example.org"u8.ToArray() };
        var signature = Signature(_root, s_rootPlace, [s_url]);
        Assert.That(await Judge([forged, s_url, signature]), Does.Contain("does not hold"));
        Assert.That(await Judge([s_url, forged, signature]), Does.Contain("does not hold"));
        Assert.That(await Judge([s_url, s_url, signature]), Does.Contain("does not hold"));
        Assert.That(await Judge([s_url, signature, signature]), Does.Contain("does not hold"));
        Assert.That(await Judge([s_url, signature with { Index = 1 }]), Does.Contain("does not hold"));
    }

    [Test]
    public async Task Values_SignedLongAgo_AreRefused()
    {
        var signature = new HandleValue
        {
            Index = 400,
            Type = "HS_SIGNATURE",
            Data = Encoding.ASCII.GetBytes(
                HandleSignature.Sign(Handle, [s_url], s_rootPlace, _root, s_now.AddDays(-2), TimeSpan.FromDays(1))
            ),
        };
        Assert.That(await Judge([s_url, signature]), Does.Contain("does not hold"));
    }

    [Test]
    public async Task Certificate_ByAStrangerOrForItself_IsWorthNothing()
    {
        _handles["0.NA/88.300"] = [Certificate(_stranger, HandlePermission.Everything, null)];
        Assert.That(await Judge([s_url, Signature(_user, s_userPlace, [s_url])]), Does.Contain("believed"));

        _handles["0.NA/88.300"] = [Certificate(_user, HandlePermission.Everything, null, issuer: s_userPlace)];
        Assert.That(await Judge([s_url, Signature(_user, s_userPlace, [s_url])]), Does.Contain("believed"));
    }

    [Test]
    public async Task Signature_OverValuesNotShown_DoesNoHarm() =>
        Assert.That(await Judge([s_url, Signature(_root, s_rootPlace, [s_url, s_email])]), Is.Null);

    [Test]
    public async Task Unsigned_AsConfigured()
    {
        Assert.That(await Judge([s_url], isRequired: false), Is.Null);
        Assert.That(await Judge([s_url]), Does.Contain("not signed"));
    }

    private async Task<string?> Judge(IReadOnlyList<HandleValue> values, bool isRequired = true) =>
        await new SignatureVerifier(
            new Dictionary<ValueReference, PublicKey> { [s_rootPlace] = _root.PublicKey },
            isRequired
        ).VerifyAsync(
            Handle,
            values,
            handle => Task.FromResult(_handles.GetValueOrDefault(handle)),
            CancellationToken.None
        );

    private static HandleValue Signature(
        KeyPair key,
        ValueReference issuer,
        IEnumerable<HandleValue> values,
        string handle = Handle
    ) =>
        new()
        {
            Index = 400,
            Type = "HS_SIGNATURE",
            Data = Encoding.ASCII.GetBytes(
                HandleSignature.Sign(handle, values, issuer, key, s_now, TimeSpan.FromDays(1))
            ),
        };

    private HandleValue Certificate(KeyPair signer, string permission, string? handle, ValueReference? issuer = null)
    {
        var claims = new HandleClaims
        {
            Issuer = (issuer ?? s_rootPlace).ToString(),
            Subject = s_userPlace.ToString(),
            NotBefore = s_now.AddMinutes(-5),
            Expires = s_now.AddDays(1),
            Permissions = [new HandlePermission(handle, permission)],
            PublicKey = _user.PublicKey,
        };
        return new HandleValue
        {
            Index = 401,
            Type = "HS_CERT",
            Data = Encoding.ASCII.GetBytes(JsonWebSignature.Sign(claims.ToJson(), signer)),
        };
    }
}
