using System.Security.Cryptography;
using System.Text;
using IdResolution.Core.Access;
using IdResolution.Core.Errors;
using IdResolution.Testing;

namespace IdResolution.Core.Tests.Access;

[TestFixture]
public sealed class KeyTableTests
{
    private readonly ManualTime _time = new(new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero));

    [Test]
    public void Authenticate_Key_GivesItsCaller()
    {
        var table = new KeyTable(
            [Key("one", Role.Registrar) with { Object = 7, RateLimit = 5 }, Key("two", Role.Reader)],
            null,
            _time
        );

        var caller = table.Authenticate("one"u8).Value!;

        Assert.Multiple(() =>
        {
            Assert.That((caller.Role, caller.Actor, caller.Name), Is.EqualTo((Role.Registrar, 7L, "id-one")));
            Assert.That(caller.Limiter, Is.Not.Null);
            Assert.That(table.Authenticate("two"u8).Value!.Limiter, Is.Null);
        });
    }

    [TestCase(Role.Admin, "88.300.1", Role.Registrar)]
    [TestCase(Role.Registrar, "88.300.1", Role.Registrar)]
    [TestCase(Role.Auditor, "88.300.1", Role.Auditor)]
    [TestCase(Role.Admin, null, Role.Admin)]
    [TestCase(Role.Admin, "no prefix", Role.Anonymous)]
    public void Authenticate_KeyWithAPrefix_IsBoundToItAndNoAdmin(Role role, string? prefix, Role bound)
    {
        var table = new KeyTable([Key("one", role) with { Prefix = prefix }], null, _time);

        var caller = table.Authenticate("one"u8).Value!;

        Assert.That(caller.Role, Is.EqualTo(bound));
        Assert.That(caller.Prefix?.Text, Is.EqualTo(prefix == "no prefix" ? null : prefix));
    }

    [TestCase("")]
    [TestCase("on")]
    [TestCase("One")]
    [TestCase("one ")]
    public void Authenticate_UnknownKey_IsNobodyYet(string key)
    {
        var found = new KeyTable([Key("one", Role.Admin)], null, _time).Authenticate(Encoding.UTF8.GetBytes(key));

        Assert.That((found.IsOk, found.IsOk ? found.Value : null), Is.EqualTo((true, (Caller?)null)));
    }

    [Test]
    public void Authenticate_RevokedKey_IsRefused()
    {
        var table = new KeyTable([Key("one", Role.Admin) with { RevokedAt = _time.GetUtcNow() }], null, _time);

        Assert.That(table.Authenticate("one"u8).Error!.Code, Is.EqualTo(ErrorCode.AuthenticationFailed));
        Assert.That(table.Authenticate("one"u8).Error!.Message.En, Does.Contain("revoked"));
    }

    [Test]
    public void Authenticate_ExpiringKey_EndsAtItsTime()
    {
        var table = new KeyTable(
            [Key("one", Role.Admin) with { ExpiresAt = _time.GetUtcNow().AddSeconds(10) }],
            null,
            _time
        );

        _time.Advance(TimeSpan.FromSeconds(9.999));
        Assert.That(table.Authenticate("one"u8).Value, Is.Not.Null);
        _time.Advance(TimeSpan.FromSeconds(0.001));
        Assert.That(table.Authenticate("one"u8).Error!.Message.En, Does.Contain("expired"));
    }

    [Test]
    public void Constructor_KeyUnchanged_KeepsItsLimiter()
    {
        var key = Key("one", Role.Reader) with { RateLimit = 5 };
        var first = new KeyTable([key], null, _time);
        var second = new KeyTable([key with { }], first, _time);
        var third = new KeyTable([key with { RateLimit = 6 }], second, _time);

        Assert.Multiple(() =>
        {
            Assert.That(
                second.Authenticate("one"u8).Value!.Limiter,
                Is.SameAs(first.Authenticate("one"u8).Value!.Limiter)
            );
            Assert.That(
                third.Authenticate("one"u8).Value!.Limiter,
                Is.Not.SameAs(first.Authenticate("one"u8).Value!.Limiter)
            );
        });
    }

    [Test]
    public void Uses_KeyUsed_HaveItsTimeToTheSecondInLaterTablesToo()
    {
        var first = new KeyTable([Key("one", Role.Reader), Key("two", Role.Reader)], null, _time);
        first.Authenticate("one"u8);
        var used = _time.GetUtcNow().UtcDateTime;
        _time.Advance(TimeSpan.FromSeconds(0.9));
        first.Authenticate("one"u8);
        var second = new KeyTable([Key("one", Role.Reader) with { RateLimit = 5 }], first, _time);

        Assert.That(second.Uses, Is.EqualTo(new[] { ("id-one", used) }));
        _time.Advance(TimeSpan.FromSeconds(0.1));
        first.Authenticate("one"u8);
        Assert.That(second.Uses, Is.EqualTo(new[] { ("id-one", used.AddSeconds(1)) }));
    }

    [Test]
    public void IsEnding_Key_IsTrueInItsLast30Days()
    {
        var now = _time.GetUtcNow();
        var key = Key("one", Role.Reader);

        Assert.Multiple(() =>
        {
            Assert.That(key.IsEnding(now), Is.False);
            Assert.That((key with { ExpiresAt = now.AddDays(31) }).IsEnding(now), Is.False);
            Assert.That((key with { ExpiresAt = now.AddDays(30) }).IsEnding(now), Is.True);
            Assert.That((key with { ExpiresAt = now }).IsEnding(now), Is.False);
            Assert.That((key with { ExpiresAt = now.AddDays(1), RevokedAt = now }).IsEnding(now), Is.False);
        });
    }

    private ApiKey Key(string text, Role role) =>
        new()
        {
            Id = "id-" + text,
            Role = role,
            Hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))),
            CreatedAt = _time.GetUtcNow(),
        };
}
