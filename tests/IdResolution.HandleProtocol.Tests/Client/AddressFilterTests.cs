using System.Net;
using IdResolution.HandleProtocol.Client;

namespace IdResolution.HandleProtocol.Tests.Client;

[TestFixture]
public sealed class AddressFilterTests
{
    [TestCase("8.8.8.8", true)]
    [TestCase("192.0.1.1", true)]
    [TestCase("198.17.255.255", true)]
    [TestCase("198.20.0.0", true)]
    [TestCase("223.255.255.255", true)]
    [TestCase("172.32.0.1", true)]
    [TestCase("100.128.0.1", true)]
    [TestCase("2400:3200::1", true)]
    [TestCase("127.0.0.1", false)]
    [TestCase("127.255.255.254", false)]
    [TestCase("10.1.2.3", false)]
    [TestCase("172.16.0.1", false)]
    [TestCase("172.31.255.255", false)]
    [TestCase("192.168.1.1", false)]
    [TestCase("169.254.169.254", false)]
    [TestCase("100.64.0.1", false)]
    [TestCase("224.0.0.1", false)]
    [TestCase("255.255.255.255", false)]
    [TestCase("0.0.0.0", false)]
    [TestCase("::", false)]
    [TestCase("::1", false)]
    [TestCase("fe80::1", false)]
    [TestCase("fd00::1", false)]
    [TestCase("ff02::1", false)]
    [TestCase("::ffff:127.0.0.1", false)]
    [TestCase("::ffff:10.0.0.1", false)]
    [TestCase("::ffff:8.8.8.8", true)]
    [TestCase("::127.0.0.1", false)]
    [TestCase("64:ff9b::7f00:1", false)]
    [TestCase("64:ff9b::808:808", true)]
    [TestCase("2002:7f00:1::", false)]
    [TestCase("2002:a00:1::1", false)]
    [TestCase("2002:808:808::1", true)]
    [TestCase("192.0.0.8", false)]
    [TestCase("192.0.2.1", false)]
    [TestCase("192.88.99.1", false)]
    [TestCase("198.18.0.1", false)]
    [TestCase("198.19.255.255", false)]
    [TestCase("198.51.100.1", false)]
    [TestCase("203.0.113.10", false)]
    [TestCase("100.127.255.255", false)]
    [TestCase("240.0.0.1", false)]
    [TestCase("239.255.255.255", false)]
    [TestCase("64:ff9b::a00:1", false)]
    [TestCase("64:ff9b:1::7f00:1", false)]
    [TestCase("64:ff9b:1::808:808", false)]
    [TestCase("64:ff9b:1:ffff::1", false)]
    [TestCase("64:ff9b:2::1", false)]
    [TestCase("64:ff9b::1:808:808", false)]
    [TestCase("::8.8.8.8", false)]
    [TestCase("::ffff:0:127.0.0.1", false)]
    [TestCase("::ffff:0:8.8.8.8", false)]
    [TestCase("::ffff:100.64.0.1", false)]
    [TestCase("::ffff:198.18.0.1", false)]
    [TestCase("::ffff:240.0.0.1", false)]
    [TestCase("100::1", false)]
    [TestCase("100:0:0:1::1", false)]
    [TestCase("2001::1", false)]
    [TestCase("2001:0:7f00:1::1", false)]
    [TestCase("2001:2::1", false)]
    [TestCase("2001:10::1", false)]
    [TestCase("2001:1ff:ffff::1", false)]
    [TestCase("2001:200::1", true)]
    [TestCase("2001:4860:4860::8888", true)]
    [TestCase("2001:db8::1", false)]
    [TestCase("2002:c0a8:101::1", false)]
    [TestCase("2002:6440:1::1", false)]
    [TestCase("3fff:fff::1", false)]
    [TestCase("3fff:1000::1", true)]
    [TestCase("4000::1", false)]
    [TestCase("5f00::1", false)]
    [TestCase("fec0::1", false)]
    [TestCase("fe80::1%1", false)]
    [TestCase("febf::1", false)]
    [TestCase("fdff::1", false)]
    public void Allows_PublicAddressesOnly(string address, bool allowed) =>
        Assert.That(AddressFilter.PublicOnly.Allows(IPAddress.Parse(address)), Is.EqualTo(allowed));

    [TestCase("10.1.2.3", true)]
    [TestCase("::ffff:10.1.2.3", true)]
    [TestCase("10.2.0.1", false)]
    [TestCase("127.0.0.1", true)]
    [TestCase("127.0.0.2", false)]
    [TestCase("fd12::5", true)]
    [TestCase("fd13::5", false)]
    public void Allows_WhatIsListed(string address, bool allowed)
    {
        Assert.That(AddressFilter.TryParse(["10.1.0.0/16", "127.0.0.1", "fd12::/16"], out var filter, out _), Is.True);
        Assert.That(filter!.Allows(IPAddress.Parse(address)), Is.EqualTo(allowed));
    }

    [TestCase("10.1.0.0/33")]
    [TestCase("localhost")]
    public void Parse_WhatIsNoNetwork_IsNamed(string entry)
    {
        Assert.That(AddressFilter.TryParse(["127.0.0.1", entry], out _, out var wrong), Is.False);
        Assert.That(wrong, Is.EqualTo(entry));
    }
}
