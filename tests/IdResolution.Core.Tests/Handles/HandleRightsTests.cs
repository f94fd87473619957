using IdResolution.Core.Errors;
using IdResolution.Core.Handles;
using IdResolution.Core.Records;
using IdResolution.Testing;

namespace IdResolution.Core.Tests.Handles;

/// <summary>Who may do what, as HS_ADMIN values and groups say.</summary>
[TestFixture]
public sealed class HandleRightsTests : HandleFixture
{
    [Test]
    public async Task Rights_OfGroupsThatShareGroups_AreThoseOfAllThatLeadToTheAdministrator()
    {
        var groups = $"{P}/GROUPS";
        Reference Of(int index) => new(groups, index);
        // 1 and 2 hold 3, 3 holds the stranger and 1; 4 holds itself; 5 holds 2.
        CoreFixture.Ok(
            await Administrator.CreateAsync(
                groups,
                [
                    Group(1, Of(4), Of(3)),
                    Group(2, Of(3)),
                    Group(3, Stranger.Reference, Of(1)),
                    Group(4, Of(4)),
                    Group(5, Of(2)),
                ],
                overwrite: false,
                mint: false,
                Server,
                default
            )
        );
        var handle = await CreateAsync(
            Value(1, "URL", "one"),
            AdminValue(100, AdminRights.ModifyValue, Of(1)),
            AdminValue(101, AdminRights.AddValue, Of(5)),
            AdminValue(102, AdminRights.RemoveValue, Of(3)),
            AdminValue(103, AdminRights.DeleteHandle, Of(4)),
            AdminValue(104, AdminRights.DeleteHandle, new Reference("not-a-handle/", 1))
        );

        Assert.That(await SetAsync(handle, Stranger, Value(1, "URL", "two")), Is.Null);
        Assert.That(await SetAsync(handle, Stranger, Value(2, "URL", "x")), Is.Null);
        Assert.That(await RemoveAsync(handle, Stranger, 2), Is.Null);
        Assert.That(await DeleteAsync(handle, Stranger), Is.EqualTo(ErrorCode.Forbidden));
    }

    [Test]
    public async Task Rights_OfMoreGroupsThanAreLookedInto_AreNotGiven()
    {
        var group = new Reference(await CreateAsync(Group(200, Stranger.Reference)), 200);
        RawValue[] Named(int before) =>
            [
                Value(1, "URL", "x"),
                .. Enumerable
                    .Range(2, before)
                    .Select(i => AdminValue(i, AdminRights.All, new Reference($"{P}/none{i}", 200))),
                AdminValue(1_000, AdminRights.All, group),
            ];
        var (few, many, direct) = (
            await CreateAsync(Named(99)),
            await CreateAsync(Named(100)),
            await CreateAsync([.. Named(100), AdminValue(1_001, AdminRights.DeleteHandle, Stranger.Reference)])
        );

        Assert.That(await DeleteAsync(few, Stranger), Is.Null);
        Assert.That(await DeleteAsync(many, Stranger), Is.EqualTo(ErrorCode.NotAdministrator));
        Assert.That(await DeleteAsync(direct, Stranger), Is.Null, "who is named outright is not looked for");
    }

    [Test]
    public async Task Rights_OfAForeignGroup_AreGiven_AndOneThatCannotBeHadEndsTheAsking()
    {
        Foreign.Known["88.301/GROUP"] = [Group(200, Stranger.Reference)];
        var (good, bad) = (new Reference("88.301/GROUP", 200), new Reference("88.301/LOST", 200));
        var given = await CreateAsync(Value(1, "URL", "x"), AdminValue(100, AdminRights.All, good));
        var lost = await CreateAsync(
            Value(1, "URL", "x"),
            AdminValue(100, AdminRights.All, bad),
            AdminValue(101, AdminRights.All, good)
        );

        Assert.That(await DeleteAsync(given, Stranger), Is.Null);
        var asked = Foreign.Asked;
        Assert.That(await DeleteAsync(lost, Stranger), Is.EqualTo(ErrorCode.NotAdministrator));
        Assert.That(Foreign.Asked - asked, Is.EqualTo(1));
    }

    [TestCase("200:0.NA/88.300.1", "200:88.300.1", true)]
    [TestCase("0:88.300.1/a", "300:88.300.1/A", true)]
    [TestCase("301:88.300.1/a", "300:88.300.1/a", false)]
    [TestCase("300:88.300.1/é", "300:88.300.1/É", false)]
    public void IsSame_References_AreComparedAsHandlesAre(string administrator, string identity, bool same)
    {
        static Reference Read(string text) => new(text[(text.IndexOf(':') + 1)..], int.Parse(text.Split(':')[0]));

        Assert.That(HandleNames.IsSame(Read(administrator), Read(identity)), Is.EqualTo(same));
    }

    [Test]
    public async Task HsAdmin_ValuesThatAre_TakeTheRightsForThem()
    {
        var handle = await CreateAsync(
            Value(1, "URL", "one"),
            AdminValue(
                100,
                AdminRights.ModifyValue | AdminRights.AddValue | AdminRights.RemoveValue,
                Stranger.Reference
            )
        );
        var own = AdminValue(101, AdminRights.All, Stranger.Reference);

        Assert.That(await SetAsync(handle, Stranger, own), Is.EqualTo(ErrorCode.Forbidden), "added");
        Assert.That(
            await SetAsync(handle, Stranger, own with { Index = 1 }),
            Is.EqualTo(ErrorCode.Forbidden),
            "made of another value"
        );
        Assert.That(
            await SetAsync(handle, Stranger, Value(100, "URL", "x")),
            Is.EqualTo(ErrorCode.Forbidden),
            "made another value of"
        );
        Assert.That(await RemoveAsync(handle, Stranger, 100), Is.EqualTo(ErrorCode.Forbidden), "removed");
        Assert.That(await RemoveAsync(handle, Stranger, 1), Is.Null);
    }
}
