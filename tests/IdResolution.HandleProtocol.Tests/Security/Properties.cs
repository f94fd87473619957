using FsCheck;
using FsCheck.Fluent;

namespace IdResolution.HandleProtocol.Tests.Security;

/// <summary>What every reader of foreign bytes must stand.</summary>
internal static class Properties
{
    public static Gen<byte[]> Bytes { get; } = Gen.Choose(0, 255).Select(b => (byte)b).ArrayOf();

    public static void ForAll<T>(Gen<T> values, Action<T> check) =>
        Prop.ForAll(values.ToArbitrary(), check).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    /// <summary>No beginning of the bytes reads.</summary>
    public static void AssertPrefixesRefused(byte[] whole, Func<byte[], bool> reads) =>
        Assert.That(Enumerable.Range(0, whole.Length).Where(length => reads(whole[..length])), Is.Empty);

    /// <summary>With any one bit changed, the bytes are not accepted.</summary>
    public static void AssertEachBitMatters(byte[] whole, Func<byte[], bool> accepts) =>
        Assert.That(
            Enumerable
                .Range(0, whole.Length * 8)
                .Where(bit =>
                {
                    var changed = (byte[])whole.Clone();
                    changed[bit / 8] ^= (byte)(1 << (bit % 8));
                    return accepts(changed);
                }),
            Is.Empty
        );

    /// <summary>Bytes that nobody made on purpose do not throw, be they random or a change of what is right.</summary>
    public static void AssertNeverThrows(byte[] right, Action<byte[]> read)
    {
        ForAll(Bytes, read);
        ForAll(
            Gen.Choose(0, Math.Max(0, right.Length - 1))
                .SelectMany(at => Gen.Choose(0, 255).Select(value => (at, value))),
            change =>
            {
                var changed = (byte[])right.Clone();
                changed[change.at] = (byte)change.value;
                read(changed);
            }
        );
    }
}
