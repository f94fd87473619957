using System.Buffers;
using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Values;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Tests.Messages;

/// <summary>Bodies that are whole but not right, and those that are read in more than one form.</summary>
[TestFixture]
public sealed class MalformedBodyTests
{
    private const string Start = "00000001 75 0000012c 00000002 0102";
    private const string Sixteen = "000102030405060708090a0b0c0d0e0f";
    private const string Twenty = Sixteen + "10111213";
    private const string ThirtyTwo = Twenty + "1415161718191a1b1c1d1e1f";

    /// <summary>The digest alone in an array; algorithm and digest; both in an array.</summary>
    [TestCase("00000010" + Sixteen, 16)]
    [TestCase("00000014" + Twenty, 20)]
    [TestCase("00000020" + ThirtyTwo, 32)]
    [TestCase("01" + Sixteen, 16)]
    [TestCase("02" + Twenty, 20)]
    [TestCase("03" + ThirtyTwo, 32)]
    [TestCase("00000011 01" + Sixteen, 16)]
    [TestCase("00000015 02" + Twenty, 20)]
    [TestCase("00000021 03" + ThirtyTwo, 32)]
    public void VerifyRequest_DigestInAnyForm_IsReadAndWrittenAlone(string digest, int length)
    {
        Assert.That(VerifyRequest.TryRead(Hex.Of($"{Start} {digest} 00000001 03"), out var request), Is.True);

        Assert.That(request!.Digest, Is.EqualTo(Hex.Of(ThirtyTwo)[..length]));
        Assert.That(request.SignedResponse, Is.EqualTo((byte[])[3]));
        var output = new ArrayBufferWriter<byte>();
        request.Write(new WireWriter(output));
        Assert.That(
            output.WrittenSpan.ToArray(),
            Is.EqualTo((byte[])[.. Hex.Of($"{Start} {length:x8}"), .. request.Digest, .. Hex.Of("00000001 03")])
        );
    }

    [TestCase("00000000", TestName = "VerifyRequest_NoDigest_IsRefused")]
    [TestCase("000000ff", TestName = "VerifyRequest_DigestCutOff_IsRefused")]
    [TestCase("0000000f 000102030405060708090a0b0c0d0e", TestName = "VerifyRequest_DigestTooShort_IsRefused")]
    [TestCase("00000011 00" + Sixteen, TestName = "VerifyRequest_Algorithm0_IsRefused")]
    [TestCase("00000011 02" + Sixteen, TestName = "VerifyRequest_DigestOfAnotherAlgorithm_IsRefused")]
    [TestCase("00000012 01" + Sixteen + "10", TestName = "VerifyRequest_DigestTooLong_IsRefused")]
    [TestCase("04" + ThirtyTwo, TestName = "VerifyRequest_UnknownAlgorithm_IsRefused")]
    public void VerifyRequest_OtherDigest_IsRefused(string digest) =>
        Assert.That(VerifyRequest.TryRead(Hex.Of($"{Start} {digest} 00000001 03"), out _), Is.False);

    [TestCase(4, true)]
    [TestCase(5, false)]
    public void SessionSetup_Mode_IsReadUpToTheLastOne(int mode, bool isRead)
    {
        var request = Hex.Of($"{mode:x4} 0000003c 00000000 00000000 00000000 0000");
        var response = Hex.Of($"{mode:x4} 00000000 0000");

        Assert.That(SessionSetupRequest.TryRead(request, out _), Is.EqualTo(isRead));
        Assert.That(SessionSetupResponse.TryRead(response, digestPresent: false, out _), Is.EqualTo(isRead));
    }

    /// <summary>What is left would do for the list of types.</summary>
    [Test]
    public void ResolutionRequest_FewerIndexesThanCounted_IsRefused()
    {
        var body = Hex.Of("00000001 61 00000002 00000000");

        Assert.That(ResolutionRequest.TryRead(body, out _), Is.False);
        Assert.That(ResolutionRequestView.TryRead(body, out _), Is.False);
    }

    [TestCase(2048, true)]
    [TestCase(2049, false)]
    public void Values_OfOneHandle_AreReadUpToTheLimitOfTheProtocol(int count, bool isRead)
    {
        var value = new HandleValue
        {
            Index = 1,
            Type = "",
            Data = [],
        };
        var output = new ArrayBufferWriter<byte>();
        new ValuesRequest("a/b", [.. Enumerable.Repeat(value, count)]).Write(new WireWriter(output));

        Assert.That(ValuesRequest.TryRead(output.WrittenSpan, out var request), Is.EqualTo(isRead));
        Assert.That(request?.Values.Count, Is.EqualTo(isRead ? count : null));
    }
}
