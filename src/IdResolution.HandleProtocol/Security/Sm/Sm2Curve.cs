using System.Globalization;
using System.Numerics;

namespace IdResolution.HandleProtocol.Security.Sm;

/// <summary>The curve of SM2, sm2p256v1 (GB/T 32918.5-2017): y² = x³ + ax + b over a prime field, of prime order.</summary>
internal static class Sm2Curve
{
    /// <summary>Its object identifier.</summary>
    public const string Oid = "1.2.156.10197.1.301";

    /// <summary>Bytes of a number.</summary>
    public const int Length = 32;

    public static readonly BigInteger P = Number("FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF");
    public static readonly BigInteger A = Number("FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFC");
    public static readonly BigInteger B = Number("28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93");

    /// <summary>The order.</summary>
    public static readonly BigInteger N = Number("FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123");

    /// <summary>The base point.</summary>
    public static readonly Sm2Point G = Sm2Point.Affine(
        Number("32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7"),
        Number("BC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0"));

    /// <summary>True for a point of the curve other than infinity.</summary>
    public static bool Contains(BigInteger x, BigInteger y) => x.Sign >= 0 && x < P && y.Sign >= 0 && y < P && (y * y - (x * x + A) * x - B) % P == 0;

    /// <summary>32 bytes, big-endian.</summary>
    public static byte[] Bytes(BigInteger number)
    {
        var bytes = new byte[Length];
        var magnitude = number.ToByteArray(isUnsigned: true, isBigEndian: true);
        magnitude.CopyTo(bytes, Length - magnitude.Length);
        return bytes;
    }

    private static BigInteger Number(string hex) => BigInteger.Parse("0" + hex, NumberStyles.HexNumber);
}
