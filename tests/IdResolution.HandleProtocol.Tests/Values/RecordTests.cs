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
    public void ServerOf_SiteWithoutServers_IsRefused() =>
        Assert.That(() => new SiteRecord { Servers = [] }.ServerOf("a/b"), Throws.InvalidOperationException);

    [TestCase(false, false, 0x00)]
    [TestCase(true, false, 0x80)]
    [TestCase(false, true, 0x40)]
    [TestCase(true, true, 0xC0)]
    public void SiteRecord_PrimaryFlags_AreTheirBits(bool isPrimary, bool isMultiPrimary, byte flags)
    {
        var bytes = Hex.Of($"0001 020b 0001 {flags:x2} 02 00000000 00000000 00000000");

        Assert.That(
            new SiteRecord
            {
                IsPrimary = isPrimary,
                IsMultiPrimary = isMultiPrimary,
                Servers = [],
            }.ToData(),
            Is.EqualTo(bytes)
        );
        Assert.That(SiteRecord.TryRead(bytes, out var read), Is.True);
        Assert.That((read!.IsPrimary, read.IsMultiPrimary), Is.EqualTo((isPrimary, isMultiPrimary)));
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

    [TestCase("")]
    [TestCase("2")]
    [TestCase("1111111111111")]
    [TestCase("**")]
    public void ParsePermissions_OtherText_IsRefused(string text) =>
        Assert.That(AdminRecord.TryParsePermissions(text, out _), Is.False);

    [TestCase("1", AdminPermissions.AddHandle)]
    [TestCase("0", AdminPermissions.None)]
    [TestCase("*", AdminPermissions.All)]
    public void ParsePermissions_ShortText_IsItsLowestBitsOrAll(string text, AdminPermissions permissions)
    {
        Assert.That(AdminRecord.TryParsePermissions(text, out var parsed), Is.True);
        Assert.That(parsed, Is.EqualTo(permissions));
    }

    [TestCase("0fff 00000001 61 00000001", true)]
    [TestCase("0fff 00000001 61 00000001 0000", true)]
    [TestCase("0fff 00000001 61 00000001 00", false)]
    [TestCase("0fff 00000001 61 00000001 000000", false)]
    public void AdminRecord_SurplusBytes_TwoAreToleratedAndWrittenAgain(string hex, bool good)
    {
        Assert.That(AdminRecord.TryRead(Hex.Of(hex), out var record), Is.EqualTo(good));
        Assert.That(record?.ToData(), good ? Is.EqualTo(Hex.Of(hex)) : Is.Null);
    }

    [TestCase("300:0.NA/88.1", 300, "0.NA/88.1")]
    [TestCase("0:a:b", 0, "a:b")]
    [TestCase("2147483647:a", int.MaxValue, "a")]
    public void Reference_OfText_IsIndexAndHandle(string text, int index, string handle)
    {
        Assert.That(ValueReference.TryParse(text, out var reference), Is.True);
        Assert.That(reference, Is.EqualTo(new ValueReference(handle, index)));
        Assert.That(reference!.ToString(), Is.EqualTo(text));
    }

    [TestCase(null)]
    [TestCase("")]
    [TestCase(":")]
    [TestCase("300")]
    [TestCase("300:")]
    [TestCase(":a")]
    [TestCase("a:300")]
    [TestCase("-1:a")]
    [TestCase("+1:a")]
    [TestCase(" 1:a")]
    [TestCase("2147483648:a")]
    public void Reference_OfOtherText_IsRefused(string? text) =>
        Assert.That(ValueReference.TryParse(text, out _), Is.False);

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
        Assert.That(HandleName.Fold("`azZé{ſk\u212A"), Is.EqualTo("`AZZé{ſK\u212A"));
        var bytes = "`azZé{"u8.ToArray();
        HandleName.Fold(bytes);
        Assert.That(bytes, Is.EqualTo("`AZZé{"u8.ToArray()));
        Assert.That(HandleName.SameFolded("k", "\u212A"), Is.False);
        Assert.That(HandleName.IsPrefixHandle("0.na/x"), Is.True);
    }
}
