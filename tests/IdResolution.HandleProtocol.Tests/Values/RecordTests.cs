using System.Net;
using IdResolution.HandleProtocol.Values;

namespace IdResolution.HandleProtocol.Tests.Values;

[TestFixture]
public sealed class RecordTests
{
    [TestCase(SiteHashOption.Whole, 1519070652)]
    [TestCase(SiteHashOption.Prefix, 1519557524)]
    [TestCase(SiteHashOption.Suffix, 1251061810)]
    public void Hash_OfAHandle_IsThatOfTheReference(SiteHashOption option, int hash)
    {
        Assert.That(SiteRecord.Hash("88.300.15907541011/0001", option), Is.EqualTo(hash));
        var site = new SiteRecord
        {
            HashOption = option,
            Servers = [.. Enumerable.Range(0, 7).Select(i => new SiteServer(i, IPAddress.Any, [], []))],
        };
        Assert.That(site.ServerOf("88.300.15907541011/0001"), Is.EqualTo(hash % 7));
    }

    [Test]
    public void Hash_OfLettersInAnyCase_IsTheSame() =>
        Assert.That(
            SiteRecord.Hash("88.a/Bß", SiteHashOption.Whole),
            Is.EqualTo(SiteRecord.Hash("88.A/bß", SiteHashOption.Whole))
        );

    [TestCase(AdminPermissions.All, "111111111111")]
    [TestCase(AdminPermissions.ListHandles, "100000000000")]
    [TestCase(AdminPermissions.AddHandle | AdminPermissions.AddValue, "000001000001")]
    public void PermissionText_HighestBitFirst(AdminPermissions permissions, string text)
    {
        Assert.That(new AdminRecord(permissions, new ValueReference("a", 1)).PermissionText, Is.EqualTo(text));
        Assert.That(AdminRecord.TryParsePermissions(text, out var parsed), Is.True);
        Assert.That(parsed, Is.EqualTo(permissions));
    }

    [TestCase("", false)]
    [TestCase("2", false)]
    [TestCase("1111111111111", false)]
    [TestCase("1", true)]
    [TestCase("*", true)]
    public void ParsePermissions_Table(string text, bool good) =>
        Assert.That(AdminRecord.TryParsePermissions(text, out _), Is.EqualTo(good));

    [TestCase("0fff 00000001 61 00000001 0000", true)]
    [TestCase("0fff 00000001 61 00000001 00", false)]
    [TestCase("0fff 00000001 61 00000001 000000", false)]
    public void AdminRecord_SurplusBytes_TwoAreTolerated(string hex, bool good) =>
        Assert.That(AdminRecord.TryRead(Hex.Of(hex), out _), Is.EqualTo(good));

    [TestCase("88.300/a/b", "88.300", "a/b", "88.300/a/b", "0.NA/88.300")]
    [TestCase("88.300.1", "88.300.1", "", "0.NA/88.300.1", "0.NA/0.NA")]
    [TestCase("0.NA/88", "0.NA", "88", "0.NA/88", "0.NA/0.NA")]
    [TestCase("/x", "", "x", "/x", "0.NA/")]
    public void Name_OfAHandle_IsPartedAtTheFirstSlash(
        string handle,
        string prefix,
        string suffix,
        string full,
        string prefixHandle
    )
    {
        Assert.That(HandleName.Split(handle), Is.EqualTo((prefix, suffix)));
        Assert.That(HandleName.Qualify(handle), Is.EqualTo(full));
        Assert.That(HandleName.PrefixHandleOf(handle), Is.EqualTo(prefixHandle));
    }

    [TestCase("88.300.1", "88.300")]
    [TestCase("88", null)]
    public void ParentPrefix_Table(string prefix, string? parent) =>
        Assert.That(HandleName.ParentPrefix(prefix), Is.EqualTo(parent));

    [Test]
    public void Fold_OfText_TouchesAsciiLettersOnly()
    {
        Assert.That(HandleName.Fold("aZé{ſk\u212A"), Is.EqualTo("AZé{ſK\u212A"));
        var bytes = "aZé{"u8.ToArray();
        HandleName.Fold(bytes);
        Assert.That(bytes, Is.EqualTo("AZé{"u8.ToArray()));
        Assert.That(HandleName.SameFolded("k", "\u212A"), Is.False);
        Assert.That(HandleName.IsPrefixHandle("0.na/x"), Is.True);
    }
}
