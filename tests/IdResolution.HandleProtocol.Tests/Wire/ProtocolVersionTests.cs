using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Tests.Wire;

[TestFixture]
public sealed class ProtocolVersionTests
{
    [TestCase(2, 9, 2, 11, -1)]
    [TestCase(2, 11, 2, 11, 0)]
    [TestCase(3, 0, 2, 11, 1)]
    public void Compare_OfVersions_IsByMajorThenMinor(
        byte major,
        byte minor,
        byte otherMajor,
        byte otherMinor,
        int order
    )
    {
        var left = new ProtocolVersion(major, minor);
        var right = new ProtocolVersion(otherMajor, otherMinor);

        Assert.That(
            (left < right, left <= right, left > right, left >= right),
            Is.EqualTo((order < 0, order <= 0, order > 0, order >= 0))
        );
    }

    [TestCase(6, false)]
    [TestCase(7, true)]
    [TestCase(8, true)]
    public void IsAtLeast_OfAMinorVersion_IsTrueFromItOn(byte minor, bool isAtLeast7) =>
        Assert.That(new ProtocolVersion(2, minor).IsAtLeast(7), Is.EqualTo(isAtLeast7));
}
