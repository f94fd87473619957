using System.Numerics;

namespace IdResolution.HandleProtocol.Security.Sm;

/// <summary>A point of the curve of SM2 in Jacobian coordinates: x = X / Z², y = Y / Z³; Z = 0 at infinity.</summary>
internal readonly record struct Sm2Point(Sm2Field X, Sm2Field Y, Sm2Field Z)
{
    public static readonly Sm2Point Infinity = new(Sm2Field.One, Sm2Field.One, default);

    public bool IsInfinity => Z.IsZero;

    public static Sm2Point Affine(BigInteger x, BigInteger y) => new(Sm2Field.From(x), Sm2Field.From(y), Sm2Field.One);

    /// <summary>The affine coordinates; not of infinity.</summary>
    public (BigInteger X, BigInteger Y) ToAffine()
    {
        var inverse = Sm2Field.From(BigInteger.ModPow(Z.ToNumber(), Sm2Curve.P - 2, Sm2Curve.P));
        var square = inverse.Squared();
        return ((X * square).ToNumber(), (Y * square * inverse).ToNumber());
    }

    /// <summary>Twice the point, on a curve with a = −3.</summary>
    public Sm2Point Double()
    {
        // At infinity Z stays 0 by itself; no point of this curve has y = 0, its order being odd.
        var delta = Z.Squared();
        var gamma = Y.Squared();
        var beta4 = (X * gamma).Doubled().Doubled();
        var slope = (X - delta) * (X + delta);
        var alpha = slope.Doubled() + slope;
        var x = alpha.Squared() - beta4.Doubled();
        return new Sm2Point(x, alpha * (beta4 - x) - gamma.Squared().Doubled().Doubled().Doubled(), (Y * Z).Doubled());
    }

    public Sm2Point Add(Sm2Point other)
    {
        if (IsInfinity || other.IsInfinity)
        {
            return IsInfinity ? other : this;
        }
        var z1 = Z.Squared();
        var z2 = other.Z.Squared();
        var u1 = X * z2;
        var s1 = Y * z2 * other.Z;
        var h = other.X * z1 - u1;
        var r = other.Y * z1 * Z - s1;
        if (h.IsZero)
        {
            return r.IsZero ? Double() : Infinity;
        }
        var square = h.Squared();
        var cube = square * h;
        var v = u1 * square;
        var x = r.Squared() - cube - v.Doubled();
        return new Sm2Point(x, r * (v - x) - s1 * cube, Z * other.Z * h);
    }

    /// <summary>first × this + second × other, in one pass over the bits; for numbers that are no secret.</summary>
    public Sm2Point MultiplyAdd(BigInteger first, Sm2Point other, BigInteger second)
    {
        var both = Add(other);
        var firstBits = first.ToByteArray(isUnsigned: true);
        var secondBits = second.ToByteArray(isUnsigned: true);
        var result = Infinity;
        for (var bit = 8 * Math.Max(firstBits.Length, secondBits.Length) - 1; bit >= 0; bit--)
        {
            result = result.Double();
            var inFirst = HasBit(firstBits, bit);
            var inSecond = HasBit(secondBits, bit);
            if (inFirst || inSecond)
            {
                result = result.Add(inFirst && inSecond ? both : inFirst ? this : other);
            }
        }
        return result;
    }

    /// <summary>
    /// secret × the base point, secret being 1 to n − 1, in the same steps for each: twice and once more for every bit of secret + n or secret + 2n, which
    /// are as long for all and give the same point.
    /// </summary>
    public static Sm2Point MultiplyBase(BigInteger secret)
    {
        var sum = secret + Sm2Curve.N;
        var scalar = sum.GetBitLength() > 256 ? sum : sum + Sm2Curve.N;
        var bits = scalar.ToByteArray(isUnsigned: true);
        var result = Sm2Curve.G;
        for (var bit = 255; bit >= 0; bit--)
        {
            result = result.Double();
            result = Select(bits[bit / 8] >> (bit % 8) & 1, result.Add(Sm2Curve.G), result);
        }
        return result;
    }

    /// <summary>One where the bit is set, else the other, without a branch.</summary>
    private static Sm2Point Select(int bit, Sm2Point one, Sm2Point other)
    {
        var mask = 0 - (ulong)bit;
        return new Sm2Point(Sm2Field.Select(mask, one.X, other.X), Sm2Field.Select(mask, one.Y, other.Y), Sm2Field.Select(mask, one.Z, other.Z));
    }

    private static bool HasBit(byte[] number, int bit) => bit / 8 < number.Length && (number[bit / 8] & (1 << (bit % 8))) != 0;
}
