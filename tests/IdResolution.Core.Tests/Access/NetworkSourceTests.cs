using System.Net;
using IdResolution.Core.Access;

namespace IdResolution.Core.Tests.Access;

[TestFixture]
public sealed class NetworkSourceTests
{
    [TestCase("192.0.2.7", "192.0.2.7")]
    [TestCase("::ffff:192.0.2.7", "192.0.2.7")]
    [TestCase("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64")]
    [TestCase("fe80::1%1", "fe80::/64")]
    [TestCase("127.0.0.1", "127.0.0.1")]
    [TestCase("::1", "::1")]
    public void Of_AnAddress_IsItsNetwork(string address, string network)
    {
        var parsed = IPAddress.Parse(address);

        Assert.That(NetworkSource.Of(parsed).ToString(), Is.EqualTo(network));
        Assert.That(
            NetworkSource.Of(new IPEndPoint(parsed, 5).Serialize()),
            Is.EqualTo(NetworkSource.Of(parsed)),
            "as the socket has it"
        );
    }

    [TestCase("2001:db8::1", "2001:db8::ffff:2", true)]
    [TestCase("2001:db8::1", "2001:db8:0:1::1", false)]
    [TestCase("192.0.2.7", "192.0.2.8", false)]
    [TestCase("192.0.2.7", "::ffff:192.0.2.7", true)]
    [TestCase("::1", "::2", false)]
    public void Of_TwoAddresses_IsTheSameWithinA64(string one, string other, bool same) =>
        Assert.That(
            NetworkSource.Of(IPAddress.Parse(one)) == NetworkSource.Of(IPAddress.Parse(other)),
            Is.EqualTo(same)
        );

    [TestCase("127.0.0.1", true)]
    [TestCase("127.8.9.10", true)]
    [TestCase("::1", true)]
    [TestCase("::ffff:127.0.0.1", true)]
    [TestCase("128.0.0.1", false)]
    [TestCase("::2", false)]
    [TestCase("2001:db8::1", false)]
    public void IsLoopback_AnAddress_IsThisMachine(string address, bool isLoopback) =>
        Assert.That(NetworkSource.Of(IPAddress.Parse(address)).IsLoopback, Is.EqualTo(isLoopback));

    [Test]
    public void Of_Nothing_IsEmpty()
    {
        Assert.That(NetworkSource.Of((IPAddress?)null), Is.EqualTo(default(NetworkSource)));
        Assert.That(default(NetworkSource).ToString(), Is.Empty);
    }
}
