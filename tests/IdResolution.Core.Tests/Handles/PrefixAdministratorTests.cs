using IdResolution.Core.Errors;
using IdResolution.Core.Handles;
using IdResolution.Testing;

namespace IdResolution.Core.Tests.Handles;

/// <summary>Prefixes homed and listed, and by whom.</summary>
[TestFixture]
public sealed class PrefixAdministratorTests : HandleFixture
{
    [Test]
    public async Task List_IsLetByThePrefixRecord_AndComesInPages()
    {
        var handles = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            handles.Add(await CreateAsync(Value(1, "URL", "x")));
        }

        Assert.That(await CodeAsync(P, null), Is.EqualTo(ErrorCode.Unauthenticated));
        Assert.That(await CodeAsync(P, Stranger), Is.EqualTo(ErrorCode.NotAdministrator));
        Assert.That(await CodeAsync($"{P}/x", Server), Is.EqualTo(ErrorCode.InvalidIdentifier));
        Assert.That(await CodeAsync("88.301", null), Is.EqualTo(ErrorCode.NotResponsible));
        var list = CoreFixture.Ok(await Prefixes.OpenListAsync($"0.NA/{P}", Server, default));
        var first = await list.PageAsync(null, 2, default);
        var rest = await list.PageAsync(first[^1].Key, 2, default);
        Assert.That(first.Concat(rest).Select(h => h.Identifier), Is.EqualTo(handles));
        Assert.That(await list.CountAsync(default), Is.EqualTo(3));
    }

    [Test]
    public async Task Home_IsForAdministratorsOfTheServer()
    {
        Assert.That(await HomeAsync("0.NA/88.7", null), Is.EqualTo(ErrorCode.Unauthenticated));
        Assert.That(await HomeAsync("0.NA/88.7", Stranger), Is.EqualTo(ErrorCode.NotAdministrator));
        Assert.That(await HomeAsync("88.7", Server), Is.EqualTo(ErrorCode.InvalidIdentifier), "not its handle");
        Assert.That(await HomeAsync("0.na/88.7", Server), Is.Null);
        Assert.That(Prefixes.ListHomed(Stranger).Error?.Code, Is.EqualTo(ErrorCode.NotAdministrator));
        Assert.That(CoreFixture.Ok(Prefixes.ListHomed(Server)), Is.EquivalentTo(["0.NA/88.7", $"0.NA/{P}"]));

        var unhomed = await Prefixes.HomeAsync("0.NA/88.7", home: false, Server, default);

        Assert.That(CoreFixture.Ok(unhomed).Text, Is.EqualTo("88.7"));
        Assert.That(Node.Catalog.Current.IsHomed("88.7"), Is.False);
    }

    private async Task<ErrorCode?> CodeAsync(string prefix, HandleIdentity? who) =>
        (await Prefixes.OpenListAsync(prefix, who, default)).Error?.Code;

    private async Task<ErrorCode?> HomeAsync(string prefix, HandleIdentity? who) =>
        (await Prefixes.HomeAsync(prefix, home: true, who, default)).Error?.Code;
}
