using FsCheck.Fluent;

namespace IdResolution.HandleProtocol.Tests.Messages;

[TestFixtureSource(typeof(BodyCase), nameof(BodyCase.All))]
public sealed class BodyTests(BodyCase body)
{
    [Test]
    public void Read_WhatWasWritten_IsWrittenTheSame() =>
        Properties.ForAll(body.Bodies, bytes => Assert.That(body.Rewrite(bytes), Is.EqualTo(bytes)));

    [Test]
    public void Read_EveryPrefix_IsRefusedUnlessWholeWithoutTheRest() =>
        Properties.ForAll(
            body.Bodies,
            bytes =>
            {
                var whole = body.WholeAt(bytes).Where(length => length < bytes.Length);
                Assert.That(
                    Enumerable.Range(0, bytes.Length).Where(length => body.Rewrite(bytes[..length]) is not null),
                    Is.EqualTo(whole),
                    Convert.ToHexStringLower(bytes)
                );
            }
        );

    [Test]
    public void Read_RandomBytes_NeverThrows()
    {
        var changed =
            from bytes in body.Bodies
            from at in Gen.Choose(0, 100)
            from b in Gen.Elements<byte>(0, 1, 0x7F, 0x80, 0xFF)
            select bytes.Length == 0
                ? bytes
                : [.. bytes[..(at % bytes.Length)], b, .. bytes[(at % bytes.Length + 1)..]];
        Properties.ForAll(Gen.OneOf(Properties.Bytes, changed), bytes => body.Rewrite(bytes));
    }

    [TestCase("7fffffff")]
    [TestCase("40000000")]
    [TestCase("80000000")]
    [TestCase("00100000")]
    public void Read_ClaimedLength_AllocatesNothing(string claim)
    {
        var claimed = Hex.Of(claim);
        foreach (var bytes in body.Bodies.Sample(20, 20))
        {
            for (var at = 0; at + 4 <= bytes.Length; at++)
            {
                var copy = bytes.ToArray();
                claimed.CopyTo(copy, at);
                var before = GC.GetAllocatedBytesForCurrentThread();
                body.Rewrite(copy);
                Assert.That(
                    GC.GetAllocatedBytesForCurrentThread() - before,
                    Is.LessThan(4096 + 64 * bytes.Length),
                    $"at {at}"
                );
            }
        }
    }
}
