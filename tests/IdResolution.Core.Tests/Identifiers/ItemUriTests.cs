using IdResolution.Core.Events;
using IdResolution.Core.Identifiers;

namespace IdResolution.Core.Tests.Identifiers;

/// <summary>URIs by which others name items: what is one, and which are the same.</summary>
[TestFixture]
public sealed class ItemUriTests
{
    [TestCase("urn:epc:id:sgtin:6912345.011122.7", true)]
    [TestCase("https://id.gs1.org/01/06912345111225", true)]
    [TestCase("ni:///sha-256;f00f", true)]
    [TestCase("urn:", false)]
    [TestCase("urn:epc:", false)]
    [TestCase("press:3", false)]
    [TestCase("Hall 3", false)]
    [TestCase("88.300.1/STACK-1", false)]
    [TestCase("https://example.com/a b", false)]
    [TestCase(null, false)]
    public void IsUri_Text_IsUrnOrHasAnAuthority(string? text, bool expected) =>
        Assert.That(ItemUri.IsUri(text), Is.EqualTo(expected));

    [TestCase("URN:Acme:Item:A", "urn:acme:Item:A")]
    [TestCase("HTTPS://Example.COM:8080/Item/A?Q=B", "https://example.com:8080/Item/A?Q=B")]
    [TestCase("http://Ann@Example.COM/A", "http://Ann@example.com/A")]
    [TestCase("http://Example.COM", "http://example.com")]
    [TestCase("ftp://Example.com/A", "ftp://Example.com/A")]
    public void Canonical_Uri_FoldsSchemeHostAndNamespaceAlone(string uri, string expected) =>
        Assert.That(ItemUri.Canonical(uri), Is.EqualTo(expected));

    [TestCase("urn:epc:id:sgtin:6912345.011122.7a%2FB", "(01)06912345111225(21)7a/B")]
    [TestCase("URN:EPC:id:sgtin:6912345.011122.7", "(01)06912345111225(21)7")]
    [TestCase("https://id.gs1.org/01/06912345111225/21/7", "(01)06912345111225(21)7")]
    [TestCase("https://example.com/some/path/01/06912345111225/21/7?x=1", "(01)06912345111225(21)7")]
    [TestCase("urn:epc:class:lgtin:6912345.011122.L1", "(01)06912345111225(10)L1")]
    [TestCase("urn:epc:idpat:sgtin:6912345.011122.*", "(01)06912345111225")]
    [TestCase("urn:epc:id:sscc:4012345.0000000111", "(00)040123450000001112")]
    [TestCase("urn:epc:id:sgln:4012345.00001.0", "(414)4012345000016")]
    [TestCase("urn:epc:id:sgln:4012345.00001.A.1", "(414)4012345000016(254)A.1")]
    [TestCase("urn:epc:id:giai:4012345.A.1", "(8004)4012345A.1")]
    [TestCase("urn:epc:id:grai:4012345.00001.9", "(8003)040123450000169")]
    [TestCase("urn:epc:id:sgtin:6912345.01112.7", null)]
    [TestCase("urn:epc:id:sgtin:6912345.011122", null)]
    [TestCase("urn:epc:id:usdod:2S194.12", null)]
    [TestCase("https://example.com/items/7", null)]
    [TestCase("https://id.gs1.org/01/06912345111225/21/7%00", null)]
    public void Gs1KeyOf_EpcOrDigitalLink_IsTheKeyThatBothSay(string uri, string? expected) =>
        Assert.That(ItemUri.Gs1KeyOf(uri), Is.EqualTo(expected));

    [Test]
    public void Keys_OfUris_AreNoIdentifiersAndNoTexts()
    {
        var (uri, epc) = (ItemKey.OfUri("urn:acme:A"), ItemKey.OfUri("urn:epc:id:sgtin:6912345.011122.7"));

        Assert.That((uri.IsText, uri.IsUri, epc.IsText, epc.IsUri), Is.EqualTo((true, true, true, true)));
        Assert.That(uri, Is.Not.EqualTo(ItemKey.OfText("urn:acme:A")));
        Assert.That(ItemKey.OfText("urn:acme:A"), Is.EqualTo(ItemKey.OfText("URN:ACME:a")));
        Assert.That(ItemKey.OfText("urn:acme:A").IsUri, Is.False);
        Assert.That((uri.ToString(), epc.ToString()), Is.EqualTo(("urn:acme:A", "(01)06912345111225(21)7")));
    }

    [TestCase("urn:epc:id:sgtin:6912345.011122.7")]
    [TestCase("urn:epc:id:sgtin:6912345.011122.7a%2FB")]
    [TestCase("urn:epc:id:sgtin:6912345.01112.7")]
    public void Canonical_Gs1KeyThatIsAnEpc_IsKeptAsItWasGiven(string epc) =>
        Assert.That(Gs1Key.Canonical(epc), Is.Null);
}
