using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Tests.Wire;

[TestFixture]
public sealed class DigestFieldTests
{
    /// <summary>A client compares so the digest of a challenge with that of its own request.</summary>
    [Test]
    public void Equals_OfDigests_IsTrueForTheSameAlgorithmAndBytesAlone()
    {
        var field = new DigestField(DigestField.Md5, new byte[16]);
        var same = new DigestField(DigestField.Md5, new byte[16]);

        Assert.That(field, Is.EqualTo(same));
        Assert.That(field.GetHashCode(), Is.EqualTo(same.GetHashCode()));
        Assert.That(field, Is.Not.EqualTo(field with { Digest = (byte[])[.. new byte[15], 1] }));
        Assert.That(field, Is.Not.EqualTo(field with { Algorithm = DigestField.OldMd5 }));
    }
}
