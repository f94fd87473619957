using IdResolution.HandleProtocol.Messages;

namespace IdResolution.HandleProtocol.Tests.Messages;

[TestFixture]
public sealed class EnvelopeTests
{
    [TestCase("020a020b", "2.11")]
    [TestCase("020a0209", "2.9")]
    [TestCase("020a0000", "2.10")]
    [TestCase("09090 20b", "2.11")]
    [TestCase("020b0300", "2.11")]
    [TestCase("05040000", "2.1")]
    [TestCase("02000000", "2.1")]
    [TestCase("02010000", "2.1")]
    [TestCase("020a010b", "2.1")]
    [TestCase("000b0000", "2.1")]
    public void Answered_OfVersions_IsWhatTheReferenceAnswers(string start, string answered)
    {
        var bytes = new byte[20];
        Hex.Of(start).CopyTo(bytes, 0);

        Assert.That(Envelope.TryRead(bytes, out var envelope), Is.True);
        Assert.That(envelope.Answered.ToString(), Is.EqualTo(answered));
    }
}
