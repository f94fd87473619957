using System.Buffers;
using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Tests.Messages;

[TestFixture]
public sealed class MessageTests
{
    private static readonly JsonSerializerOptions s_text = new() { Converters = { new AddressText() } };

    [TestCaseSource(typeof(MessageCase), nameof(MessageCase.All))]
    public void Write_Message_IsItsBytes(MessageCase message) =>
        Assert.That(
            Convert.ToHexStringLower(message.Write()),
            Is.EqualTo(Convert.ToHexStringLower(Hex.Of(message.Hex)))
        );

    [TestCaseSource(typeof(MessageCase), nameof(MessageCase.All))]
    public void Read_Bytes_AreTheMessage(MessageCase message)
    {
        var bytes = Hex.Of(message.Hex);
        Assert.That(Envelope.TryRead(bytes, out var envelope), Is.True);
        Assert.That(envelope, Is.EqualTo(message.Envelope with { MessageLength = (uint)bytes.Length - 20 }));
        Assert.That(HandleMessage.TryParse(envelope, bytes.AsMemory(20), out var read), Is.True);
        Assert.That(read!.Header, Is.EqualTo(message.Header with { BodyLength = (uint)read.Body.Length }));
        Assert.That(read.Body.Length, Is.EqualTo(bytes.Length - 48));
        Assert.That(read.Credential.Length, Is.Zero);
        if (message.Body is not null)
        {
            Assert.That(Text(message.Read(read)), Is.EqualTo(Text(message.Body)));
        }
    }

    [Test]
    public void Write_MessageWithACredential_CountsItInTheEnvelope()
    {
        var output = new ArrayBufferWriter<byte>();
        HandleMessage.Write(
            output,
            new Envelope { Version = ProtocolVersion.Current, Suggested = ProtocolVersion.Current },
            new MessageHeader { OpCode = OpCode.GetSiteInfo },
            Hex.Of("00000001 2f"),
            [0xAA, 0xBB, 0xCC]
        );

        var bytes = Hex.Of(
            """
            020b 02 0b 00000000 00000000 00000000 00000024
            00000002 00000000 00000000 0000 00 00 00000000 00000005
            00000001 2f 00000003 aabbcc
            """
        );
        Assert.That(output.WrittenSpan.ToArray(), Is.EqualTo(bytes));
        Assert.That(Envelope.TryRead(bytes, out var envelope), Is.True);
        Assert.That(HandleMessage.TryParse(envelope, bytes.AsMemory(20), out var read), Is.True);
        Assert.That(read!.Credential.ToArray(), Is.EqualTo((byte[])[0xAA, 0xBB, 0xCC]));
    }

    /// <summary>Every operation is in a message here or in a worked example.</summary>
    [Test]
    public void All_Operations_HaveTheirBytes() =>
        Assert.That(
            MessageCase
                .All.Select(message => message.Header.OpCode)
                .Concat([OpCode.CreateHandle, OpCode.ChallengeAnswer])
                .Distinct(),
            Is.EquivalentTo(Enum.GetValues<OpCode>().Except([OpCode.None]))
        );

    /// <summary>All that a body says, so that bodies with lists in them can be compared.</summary>
    private static string Text(object? body) => JsonSerializer.Serialize(body, s_text);

    private sealed class AddressText : JsonConverter<IPAddress>
    {
        public override IPAddress Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new NotSupportedException();

        public override void Write(Utf8JsonWriter writer, IPAddress value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.ToString());
    }
}
