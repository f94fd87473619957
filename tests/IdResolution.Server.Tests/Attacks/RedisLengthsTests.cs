using System.Text;
using IdResolution.Server.Caching;

namespace IdResolution.Server.Tests.Attacks;

public sealed class RedisLengthsTests
{
    [TestCase("$2147483647\r\n", false)]
    [TestCase("$2147483646\r\nabc", false)]
    [TestCase("$99999999999999999999\r\n", false)]
    [TestCase("$33554433\r\n", false)]
    [TestCase("=2147483647\r\n", false)]
    [TestCase("!2147483647\r\n", false)]
    [TestCase("*2147483647\r\n", false)]
    [TestCase("%2147483647\r\n", false)]
    [TestCase("*2\r\n$3\r\nabc\r\n$2147483647\r\n", false)]
    [TestCase("*1\r\n*1\r\n~65537\r\n", false)]
    [TestCase("+OK\r\n$33554432\r\n", true)]
    [TestCase("$-1\r\n*-1\r\n:9223372036854775807\r\n", true)]
    [TestCase("*2\r\n$11\r\n$2147483647\r\n:1\r\n", true)]
    [TestCase("-ERR $2147483647\r\n+OK\r\n", true)]
    public void Check_InWhateverPieces_RefusesLengthsBeyondTheLimit(string answer, bool taken)
    {
        var bytes = Encoding.ASCII.GetBytes(answer);
        for (var piece = 1; piece <= bytes.Length; piece++)
        {
            var lengths = new RedisLengths();
            var size = piece;
            void Check()
            {
                foreach (var some in bytes.Chunk(size))
                {
                    lengths.Check(some);
                }
            }
            Assert.That(Check, taken ? Throws.Nothing : Throws.InstanceOf<InvalidDataException>());
        }
    }

    [Test]
    public void Check_OfALineWithoutEnd_RefusesIt()
    {
        var lengths = new RedisLengths();
        Assert.That(
            () =>
            {
                lengths.Check("+"u8);
                for (var i = 0; i < 100; i++)
                {
                    lengths.Check(new byte[1_024]);
                }
            },
            Throws.InstanceOf<InvalidDataException>()
        );
    }
}
