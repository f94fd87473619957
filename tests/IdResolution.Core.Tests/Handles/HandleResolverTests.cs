using IdResolution.Core.Errors;
using IdResolution.Core.Handles;
using IdResolution.Core.Records;
using IdResolution.Testing;

namespace IdResolution.Core.Tests.Handles;

/// <summary>What a handle shows to whom, and whom another is referred to.</summary>
[TestFixture]
public sealed class HandleResolverTests : HandleFixture
{
    private const Permissions Closed = Permissions.AdminRead | Permissions.AdminWrite;

    [Test]
    public async Task Resolve_OfWhatIsPublic_AsksNobodyWhoTheyAre()
    {
        var handle = await CreateAsync(Value(1, "URL", "one"), Value(2, "NOTE", "hidden", Closed));
        var question = new HandleQuestion(handle)
        {
            Identify = static () => throw new InvalidOperationException("Nothing hangs on it."),
        };

        Assert.That(await ShownAsync(question with { PublicOnly = true }), Is.EqualTo(["1 URL one"]));
        Assert.That(await ShownAsync(question with { Wants = v => v.Index == 1 }), Is.EqualTo(["1 URL one"]));
        Assert.That(await CodeAsync(question with { Wants = v => v.Index == 3 }), Is.EqualTo(ErrorCode.ValueNotFound));
        Assert.That(
            await CodeAsync(question with { Wants = v => v.Index == 2, PublicOnly = true }),
            Is.EqualTo(ErrorCode.ValueNotFound)
        );
    }

    [Test]
    public async Task Resolve_OfWhatIsNot_IsForThoseWithTheRight()
    {
        var handle = await CreateAsync(
            Value(1, "URL", "one"),
            Value(2, "NOTE", "hidden", Closed),
            Value(3, RawValue.SecretKeyType, "secret of the test", Closed),
            Value(4, "NOTE", "nobody's", Permissions.AdminWrite)
        );

        Assert.That(await CodeAsync(Asked(handle, null)), Is.EqualTo(ErrorCode.Unauthenticated));
        Assert.That(await CodeAsync(Asked(handle, Stranger)), Is.EqualTo(ErrorCode.Forbidden));
        Assert.That(
            await ShownAsync(Asked(handle, Server)),
            Is.EqualTo(["1 URL one", "2 NOTE hidden", "3 HS_SECKEY secret of the test"]),
            "what nobody may read is left out"
        );
        Assert.That(
            await CodeAsync(Asked(handle, Server) with { Wants = v => v.Index == 4 }),
            Is.EqualTo(ErrorCode.Forbidden),
            "but not where it is named"
        );
    }

    [TestCase("88.300.1/none", ErrorCode.NotFound, "88.300.1/none is not registered.")]
    [TestCase("88.7", ErrorCode.NotResponsible, "This server is not responsible for the handle.")]
    [TestCase("x/y", ErrorCode.InvalidIdentifier, "The handle must be PREFIX/SUFFIX of at most 255 bytes of UTF-8.")]
    public async Task Resolve_OfWhatIsNotHere_SaysWhy(string handle, ErrorCode code, string text)
    {
        var answer = await Resolver.ResolveAsync(Asked(handle, null), default);

        Assert.That((answer.Error?.Code, answer.Error?.Message.En), Is.EqualTo((code, text)));
    }

    [Test]
    public async Task Resolve_OfAPrefix_IsItsRenderedRecord() =>
        Assert.That(
            (await Resolver.ResolveAsync(Asked(P, null), default)).Values.Select(v => v.Type),
            Is.EqualTo([RawValue.AdminType, HandleRights.GroupType])
        );

    [Test]
    public async Task Resolve_UnderAnotherServicesPrefix_IsReferredByTheNearestRecord()
    {
        const string Prefix = $"{P}.5";
        CoreFixture.Ok(
            await CreatedAsync($"0.NA/{Prefix}", Value(1, "HS_SITE", "own"), Value(2, "HS_SITE.PREFIX", "below"))
        );

        var own = await Resolver.ResolveAsync(Asked($"{Prefix}/x", null), default);
        var derived = await Resolver.ResolveAsync(Asked($"{Prefix}.6.7/x", null), default);
        var declined = await CodeAsync(Asked($"{Prefix}/x", null) with { DoNotRefer = true });

        Assert.That(
            (own.Referral, Shown(own.Values.Single())),
            Is.EqualTo((new HandleReferral($"0.NA/{Prefix}", IsOfAncestor: false), "1 HS_SITE own"))
        );
        Assert.That(
            (derived.Referral, Shown(derived.Values.Single())),
            Is.EqualTo((new HandleReferral($"0.NA/{Prefix}", IsOfAncestor: true), "2 HS_SITE.PREFIX below"))
        );
        Assert.That(declined, Is.EqualTo(ErrorCode.NotResponsible));
    }

    private static HandleQuestion Asked(string handle, HandleIdentity? who) =>
        new(handle) { Identify = () => ValueTask.FromResult(who) };

    private async Task<string[]> ShownAsync(HandleQuestion question)
    {
        var answer = await Resolver.ResolveAsync(question, default);
        Assert.That(answer.Error, Is.Null);
        return [.. answer.Values.Select(Shown)];
    }

    private async Task<ErrorCode?> CodeAsync(HandleQuestion question) =>
        (await Resolver.ResolveAsync(question, default)).Error?.Code;

    private Task<Result<CreatedHandle>> CreatedAsync(string handle, params RawValue[] values) =>
        Administrator.CreateAsync(handle, values, overwrite: false, mint: false, Server, default);
}
