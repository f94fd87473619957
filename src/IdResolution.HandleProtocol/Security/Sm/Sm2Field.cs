using System.Buffers.Binary;
using System.Numerics;

namespace IdResolution.HandleProtocol.Security.Sm;

/// <summary>
/// A number modulo the prime of SM2's curve, as four 64-bit words, lowest first, in Montgomery form (times 2²⁵⁶).
/// Some twenty times as fast as <see cref="BigInteger"/>, so that who sends signatures for nothing does not keep the processor busy.
/// </summary>
internal readonly record struct Sm2Field(ulong W0, ulong W1, ulong W2, ulong W3)
{
    private const ulong P0 = 0xFFFFFFFFFFFFFFFF;
    private const ulong P1 = 0xFFFFFFFF00000000;
    private const ulong P2 = 0xFFFFFFFFFFFFFFFF;
    private const ulong P3 = 0xFFFFFFFEFFFFFFFF;

    public static readonly Sm2Field One = From(BigInteger.One);

    public bool IsZero => (W0 | W1 | W2 | W3) == 0;

    /// <summary>Takes a number of 0 to p − 1.</summary>
    public static Sm2Field From(BigInteger number)
    {
        Span<byte> bytes = stackalloc byte[32];
        bytes.Clear();
        (number * (BigInteger.One << 256) % Sm2Curve.P).TryWriteBytes(bytes, out _, isUnsigned: true);
        return new Sm2Field(
            BinaryPrimitives.ReadUInt64LittleEndian(bytes), BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]),
            BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]), BinaryPrimitives.ReadUInt64LittleEndian(bytes[24..]));
    }

    public BigInteger ToNumber()
    {
        var (w0, w1, w2, w3) = this * new Sm2Field(1, 0, 0, 0);
        return ((((((BigInteger)w3 << 64) + w2) << 64) + w1) << 64) + w0;
    }

    public static Sm2Field operator +(Sm2Field a, Sm2Field b)
    {
        ulong carry = 0;
        var w0 = Sum(a.W0, b.W0, ref carry);
        var w1 = Sum(a.W1, b.W1, ref carry);
        var w2 = Sum(a.W2, b.W2, ref carry);
        var w3 = Sum(a.W3, b.W3, ref carry);
        return Reduced(w0, w1, w2, w3, carry);
    }

    public static Sm2Field operator -(Sm2Field a, Sm2Field b)
    {
        ulong borrow = 0;
        var w0 = Difference(a.W0, b.W0, ref borrow);
        var w1 = Difference(a.W1, b.W1, ref borrow);
        var w2 = Difference(a.W2, b.W2, ref borrow);
        var w3 = Difference(a.W3, b.W3, ref borrow);
        // Below zero: p once more.
        var mask = 0 - borrow;
        ulong carry = 0;
        return new Sm2Field(Sum(w0, P0 & mask, ref carry), Sum(w1, P1 & mask, ref carry), Sum(w2, P2 & mask, ref carry), Sum(w3, P3 & mask, ref carry));
    }

    /// <summary>Montgomery's product, word by word; −1/p modulo 2⁶⁴ is 1.</summary>
    public static Sm2Field operator *(Sm2Field a, Sm2Field b)
    {
        ulong t0 = 0, t1 = 0, t2 = 0, t3 = 0, t4 = 0;
        foreach (var word in (ReadOnlySpan<ulong>)[b.W0, b.W1, b.W2, b.W3])
        {
            ulong carry = 0;
            t0 = MultiplyAdd(a.W0, word, t0, ref carry);
            t1 = MultiplyAdd(a.W1, word, t1, ref carry);
            t2 = MultiplyAdd(a.W2, word, t2, ref carry);
            t3 = MultiplyAdd(a.W3, word, t3, ref carry);
            ulong t5 = 0;
            t4 = Sum(t4, carry, ref t5);

            var m = t0;
            carry = 0;
            MultiplyAdd(m, P0, t0, ref carry);
            t0 = MultiplyAdd(m, P1, t1, ref carry);
            t1 = MultiplyAdd(m, P2, t2, ref carry);
            t2 = MultiplyAdd(m, P3, t3, ref carry);
            ulong over = 0;
            t3 = Sum(t4, carry, ref over);
            t4 = t5 + over;
        }
        return Reduced(t0, t1, t2, t3, t4);
    }

    public Sm2Field Squared() => this * this;

    public Sm2Field Doubled() => this + this;

    /// <summary>One where the mask is all ones, the other where it is 0.</summary>
    public static Sm2Field Select(ulong mask, Sm2Field one, Sm2Field other) => new(
        (one.W0 & mask) | (other.W0 & ~mask), (one.W1 & mask) | (other.W1 & ~mask), (one.W2 & mask) | (other.W2 & ~mask), (one.W3 & mask) | (other.W3 & ~mask));

    /// <summary>Subtracts p once from 2²⁵⁶ × <paramref name="top"/> + the words where that is p or more.</summary>
    private static Sm2Field Reduced(ulong w0, ulong w1, ulong w2, ulong w3, ulong top)
    {
        ulong borrow = 0;
        var r0 = Difference(w0, P0, ref borrow);
        var r1 = Difference(w1, P1, ref borrow);
        var r2 = Difference(w2, P2, ref borrow);
        var r3 = Difference(w3, P3, ref borrow);
        Difference(top, 0, ref borrow);
        return Select(0 - borrow, new Sm2Field(w0, w1, w2, w3), new Sm2Field(r0, r1, r2, r3));
    }

    private static ulong Sum(ulong a, ulong b, ref ulong carry)
    {
        var sum = (UInt128)a + b + carry;
        carry = (ulong)(sum >> 64);
        return (ulong)sum;
    }

    private static ulong Difference(ulong a, ulong b, ref ulong borrow)
    {
        var difference = (UInt128)a - b - borrow;
        borrow = (ulong)(difference >> 64) & 1;
        return (ulong)difference;
    }

    private static ulong MultiplyAdd(ulong a, ulong b, ulong added, ref ulong carry)
    {
        var high = Math.BigMul(a, b, out var low);
        var sum = new UInt128(high, low) + added + carry;
        carry = (ulong)(sum >> 64);
        return (ulong)sum;
    }
}
