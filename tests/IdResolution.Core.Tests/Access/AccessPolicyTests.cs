using IdResolution.Core.Access;
using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Records;
using IdResolution.Core.Templates;

namespace IdResolution.Core.Tests.Access;

/// <summary>Who may do what.</summary>
[TestFixture]
public sealed class AccessPolicyTests
{
    [Test]
    public void Require_RoleBelow_IsRefused_AndOneWithoutKeyIsAskedForIt([Values] Role has, [Values] Role needs)
    {
        var refused = AccessPolicy.Require(new Caller(has, 1, "k"), needs);

        var expected = has == Role.Anonymous ? ErrorCode.Unauthenticated : ErrorCode.Forbidden;
        var may = (has, needs) switch
        {
            (_, Role.Anonymous) => true,
            (Role.Auditor, _) => needs == Role.Auditor,
            (Role.Admin, Role.Auditor) => true,
            (_, Role.Auditor) => false,
            _ => has >= needs,
        };
        Assert.That(refused?.Code, Is.EqualTo(may ? null : (ErrorCode?)expected));
    }

    [Test]
    public void RequireResolving_AnonymousReadsOff_IsForCallersWithAKeyAlone(
        [Values] Role role,
        [Values] bool anonymousReads
    )
    {
        var policy = new AccessPolicy { AnonymousReads = anonymousReads };
        var caller = new Caller(role, 1, "k");

        var may = role is not (Role.Anonymous or Role.Auditor) || anonymousReads;
        Assert.That(policy.MayResolve(caller), Is.EqualTo(may));
        Assert.That(
            policy.RequireResolving(caller)?.Code,
            Is.EqualTo(
                (may, role) switch
                {
                    (true, _) => null,
                    (_, Role.Auditor) => ErrorCode.Forbidden,
                    _ => (ErrorCode?)ErrorCode.Unauthenticated,
                }
            )
        );
    }

    [TestCase(Role.Admin, false, true)]
    [TestCase(Role.Admin, true, false)]
    [TestCase(Role.Auditor, false, true)]
    [TestCase(Role.Auditor, true, true)]
    [TestCase(Role.Registrar, false, false)]
    [TestCase(Role.Anonymous, false, false)]
    public void RequireAuditing_AuditorsOnly_LeavesAdminsOut(Role role, bool auditorsOnly, bool may)
    {
        var policy = new AccessPolicy { AuditorsOnly = auditorsOnly };

        Assert.That(policy.RequireAuditing(new Caller(role, 1, "k")) is null, Is.EqualTo(may));
        Assert.That(policy.RequireAuditing(Caller.CommandLine), Is.Null);
    }

    [TestCase(Role.Auditor, false, true)]
    [TestCase(Role.Auditor, true, false)]
    [TestCase(Role.Admin, true, true)]
    public void RequireKeyMaking_AuditorsOnly_KeepsAdminsFromMakingAuditors(Role made, bool auditorsOnly, bool may)
    {
        var policy = new AccessPolicy { AuditorsOnly = auditorsOnly };

        Assert.That(policy.RequireKeyMaking(new Caller(Role.Admin, 1, "k"), made) is null, Is.EqualTo(may));
        Assert.That(policy.RequireKeyMaking(Caller.CommandLine, made), Is.Null);
        Assert.That(policy.RequireKeyMaking(new Caller(Role.Auditor, 1, "k"), made), Is.Not.Null);
    }

    [Test]
    public void AnonymousReads_AtFirst_AreOn() => Assert.That(new AccessPolicy().AnonymousReads, Is.True);

    [TestCase(true, "NOTE", true, true)]
    [TestCase(false, "NOTE", false, false)]
    [TestCase(false, "HS_ADMIN", false, true, Description = "any record may have administrators")]
    [TestCase(false, "HS_PUBKEY", true, true)]
    [TestCase(false, "hs_vlist", true, true)]
    [TestCase(false, "HS_SITE.PREFIX", true, true)]
    public void ShowsToEveryone_AnonymousReadsOff_OnlyWhatProvesAnIdentityOrNamesAService(
        bool anonymousReads,
        string type,
        bool open,
        bool shown
    )
    {
        var policy = new AccessPolicy { AnonymousReads = anonymousReads };
        var value = Value(5) with { Type = type };

        Assert.That(policy.IsOpen([Value(6), value]), Is.EqualTo(open));
        Assert.That(policy.ShowsToEveryone(value), Is.EqualTo(shown));
        Assert.That(policy.ShowsToEveryone(value with { Permissions = Permissions.AdminRead }), Is.False, "not public");
        Assert.That(policy.ShowsToEveryone(value with { Type = "HS_SECKEY" }), Is.False, "secret");
    }

    [TestCase("88.300.1/A", Role.Registrar)]
    [TestCase("0.NA/88.300.1", Role.Admin)]
    public void RoleToWrite_RecordsOfPrefixes_AreAdministrators(string identifier, Role role) =>
        Assert.That(AccessPolicy.RoleToWrite(Identifier.Parse(identifier).Value), Is.EqualTo(role));

    [TestCase("HS_ADMIN")]
    [TestCase("HS_VLIST")]
    [TestCase("HS_PUBKEY")]
    [TestCase("HS_SECKEY")]
    [TestCase("HS_SITE")]
    [TestCase("hs_serv")]
    [TestCase("HS_NA_DELEGATE")]
    public void Granting_ValueThatSaysWhoMay_IsAdministratorsToAddAndToTakeAway(string type)
    {
        var granting = Value(100) with { Type = type };
        var registrar = new Caller(Role.Registrar, 1, "k");

        Assert.That(AccessPolicy.Granting(registrar, [granting], [])?.Code, Is.EqualTo(ErrorCode.Forbidden));
        Assert.That(AccessPolicy.Granting(registrar, [], [granting])?.Code, Is.EqualTo(ErrorCode.Forbidden));
        Assert.That(
            AccessPolicy.Granting(registrar, [granting with { Index = 101 }], [granting])?.Code,
            Is.EqualTo(ErrorCode.Forbidden)
        );
        Assert.That(
            AccessPolicy.Granting(registrar, [granting with { Data = [9] }], [granting])?.Code,
            Is.EqualTo(ErrorCode.Forbidden)
        );
        Assert.That(AccessPolicy.Granting(registrar, [granting, Value(5)], [granting]), Is.Null, "unchanged");
        Assert.That(AccessPolicy.Granting(new Caller(Role.Admin, 1, "k"), [granting], []), Is.Null);
    }

    [Test]
    public void Granting_OtherValues_AreAnyRegistrarsToChange() =>
        Assert.That(AccessPolicy.Granting(new Caller(Role.Registrar, 1, "k"), [Value(5)], [Value(6)]), Is.Null);

    [TestCase(Role.Partner, "open shared")]
    [TestCase(Role.Reader, "open shared own")]
    [TestCase(Role.Admin, "open shared own")]
    public void Shown_Template_HasTheAttributesThatConcernTheCaller(Role role, string codes)
    {
        var template = new Template
        {
            Code = "t",
            Attributes =
            [
                Attribute("open", Visibility.Public),
                Attribute("shared", Visibility.Partner),
                Attribute("own", Visibility.Private),
            ],
        };

        var shown = AccessPolicy.Shown(template, new Caller(role, 1, "k"));

        Assert.That(string.Join(' ', shown.Attributes.Select(a => a.Code)), Is.EqualTo(codes));
    }

    private static RawValue Value(int index) =>
        new()
        {
            Index = index,
            Type = "DATA",
            Data = [1],
        };

    private static AttributeDefinition Attribute(string code, Visibility visibility) =>
        new() { Code = code, Visibility = visibility };
}
