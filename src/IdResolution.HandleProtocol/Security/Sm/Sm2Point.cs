using System.Numerics;

namespace IdResolution.HandleProtocol.Security.Sm;

/// <summary>A point of the curve of SM2 in Jacobian coordinates: x = X / Z², y = Y / Z³; Z = 0 at infinity. Its arithmetic does not take constant time.</summary>
internal readonly record struct Sm2Point(BigInteger X, BigInteger Y, BigInteger Z)
{
    private static BigInteger P => Sm2Curve.P;

    public static readonly Sm2Point Infinity = new(BigInteger.One, BigInteger.One, BigInteger.Zero);

    public bool IsInfinity => Z.IsZero;

    public static Sm2Point Affine(BigInteger x, BigInteger y) => new(x, y, BigInteger.One);

    /// <summary>The affine coordinates; not of infinity.</summary>
    public (BigInteger X, BigInteger Y) ToAffine()
    {
        var inverse = BigInteger.ModPow(Z, P - 2, P);
        var square = inverse * inverse % P;
        return (X * square % P, Y * square % P * inverse % P);
    }

    /// <summary>Twice the point, on a curve with a = −3.</summary>
    public Sm2Point Double()
    {
        if (IsInfinity || Y.IsZero)
        {
            return Infinity;
        }
        var delta = Z * Z % P;
        var gamma = Y * Y % P;
        var beta = X * gamma % P;
        var alpha = 3 * (X - delta) * (X + delta) % P;
        var x = Mod(alpha * alpha - 8 * beta);
        return new Sm2Point(x, Mod(alpha * (4 * beta - x) - 8 * gamma * gamma), Mod(2 * Y * Z));
    }

    public Sm2Point Add(Sm2Point other)
    {
        if (IsInfinity || other.IsInfinity)
        {
            return IsInfinity ? other : this;
        }
        var z1 = Z * Z % P;
        var z2 = other.Z * other.Z % P;
        var u1 = X * z2 % P;
        var s1 = Y * z2 % P * other.Z % P;
        var h = Mod(other.X * z1 - u1);
        var r = Mod(other.Y * z1 % P * Z - s1);
        if (h.IsZero)
        {
            return r.IsZero ? Double() : Infinity;
        }
        var square = h * h % P;
        var cube = square * h % P;
        var v = u1 * square % P;
        var x = Mod(r * r - cube - 2 * v);
        return new Sm2Point(x, Mod(r * (v - x) - s1 * cube), Z * other.Z % P * h % P);
    }

    /// <summary>first × this + second × other, in one pass over the bits.</summary>
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

    private static bool HasBit(byte[] number, int bit) => bit / 8 < number.Length && (number[bit / 8] & (1 << (bit % 8))) != 0;

    private static BigInteger Mod(BigInteger value)
    {
        var rest = value % P;
        return rest.Sign < 0 ? rest + P : rest;
    }
}
