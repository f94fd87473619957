using System.Numerics;
using FsCheck.Fluent;
using IdResolution.HandleProtocol.Security.Sm;

namespace IdResolution.HandleProtocol.Tests.Security.Sm;

[TestFixture]
public sealed class Sm2FieldTests
{
    private static BigInteger P => Sm2Curve.P;

    /// <summary>Against the platform's arithmetic, numbers next to 0, p and the borders of words among them.</summary>
    [Test]
    public void Operators_OfAnyNumbers_AreThoseModuloP()
    {
        var words = Gen.Elements(0UL, 1UL, ulong.MaxValue, ulong.MaxValue - 1, 0xFFFFFFFF00000000, 0xFFFFFFFEFFFFFFFF, 0x123456789ABCDEF0UL);
        var any = Gen.Choose(int.MinValue, int.MaxValue).Two().Select(pair => ((ulong)(uint)pair.Item1 << 32) | (uint)pair.Item2);
        var numbers = Gen.OneOf(words, any).ArrayOf(4).Select(w => ((((((BigInteger)w[0] << 64) + w[1]) << 64) + w[2] << 64) + w[3]) % P);
        var edges = Gen.Elements(BigInteger.Zero, BigInteger.One, P - 1, P - 2, BigInteger.One << 255);
        Properties.ForAll(Gen.OneOf(numbers, numbers, edges).Two(), pair =>
        {
            var (a, b) = (pair.Item1, pair.Item2);
            var (x, y) = (Sm2Field.From(a), Sm2Field.From(b));
            Assert.That(x.ToNumber(), Is.EqualTo(a));
            Assert.That((x + y).ToNumber(), Is.EqualTo((a + b) % P));
            Assert.That((x - y).ToNumber(), Is.EqualTo((a - b + P) % P));
            Assert.That((x * y).ToNumber(), Is.EqualTo(a * b % P));
            Assert.That((x - x).IsZero, Is.True);
        });
    }
}
