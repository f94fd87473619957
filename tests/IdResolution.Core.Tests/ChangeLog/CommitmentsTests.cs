using System.Security.Cryptography;
using System.Text;
using FsCheck.Fluent;
using IdResolution.Core.ChangeLog;

namespace IdResolution.Core.Tests.ChangeLog;

[TestFixture]
public sealed class CommitmentsTests
{
    [TestCase(0)]
    [TestCase(1)]
    [TestCase(900)]
    [TestCase(1024)]
    [TestCase(100_000)]
    public void Compute_AnyLength_IsTheHashOfItsParts(int length)
    {
        var salt = Enumerable.Range(1, 16).Select(i => (byte)i).ToArray();
        var value = Enumerable.Range(0, length).Select(i => (byte)i).ToArray();
        var commitment = new byte[32];

        Commitments.Compute(salt, "a:厚度"u8, value, commitment);

        Assert.That(
            commitment,
            Is.EqualTo(SHA256.HashData([2, .. salt, 0, 8, .. Encoding.UTF8.GetBytes("a:厚度"), .. value]))
        );
    }

    [Test]
    public void Of_State_IsEveryEntrySorted() =>
        Properties.ForAll(
            Properties.Bytes.ArrayOf(),
            values =>
            {
                var writer = new StateWriter();
                for (var i = 0; i < values.Length; i++)
                {
                    writer.Add("v:" + (i + 1), values[i].AsSpan());
                }
                var state = writer.ToState();

                var expected = new List<string>();
                var reader = new StateReader(state);
                while (reader.Read())
                {
                    expected.Add(
                        Convert.ToHexString(
                            SHA256.HashData([
                                2,
                                .. reader.Salt,
                                (byte)(reader.Code.Length >> 8),
                                (byte)reader.Code.Length,
                                .. reader.Code,
                                .. reader.Value,
                            ])
                        )
                    );
                }
                expected.Sort(StringComparer.Ordinal);
                Assert.That(Commitments.Of(state).Chunk(32).Select(Convert.ToHexString), Is.EqualTo(expected));
            }
        );
}
