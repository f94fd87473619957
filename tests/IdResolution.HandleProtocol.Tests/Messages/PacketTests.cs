using System.Buffers;
using FsCheck.Fluent;
using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Tests.Messages;

[TestFixture]
public sealed class PacketTests
{
    [Test]
    public void Assemble_AnyOrderAndDuplicates_IsTheMessage()
    {
        var messages =
            from length in Gen.Elements(0, 1, 463, 464, 465, 956, 1500, 20_000)
            from seed in Gen.Choose(0, int.MaxValue)
            select (Message(length), seed);
        Properties.ForAll(
            messages,
            sample =>
            {
                var (message, seed) = sample;
                var random = new Random(seed);
                var packets = Packets(message, truncated: true);
                var order = packets.Concat(packets.Where(_ => random.Next(2) == 0)).ToArray();
                random.Shuffle(order);
                var assembler = new PacketAssembler();
                foreach (var packet in order)
                {
                    Assert.That(assembler.TryAdd(EnvelopeOf(packet), packet.AsSpan(20)), Is.True);
                }
                Assert.That(assembler.IsComplete, Is.True);
                var whole = new byte[20];
                assembler.Envelope.Write(whole);
                Assert.That((byte[])[.. whole, .. assembler.ToMessage()], Is.EqualTo(message));
            }
        );
    }

    [Test]
    public void Write_Message_CutsAt492BytesEachWithItsEnvelope()
    {
        var packets = Packets(Message(1000 - 28), truncated: true);

        Assert.That(packets.Select(packet => packet.Length), Is.EqualTo((int[])[512, 512, 36]));
        Assert.That(packets.Select(packet => EnvelopeOf(packet).Sequence), Is.EqualTo((int[])[0, 1, 2]));
        Assert.That(packets.Select(packet => EnvelopeOf(packet).MessageLength), Is.All.EqualTo(1000));
        Assert.That(packets.Select(packet => EnvelopeOf(packet).Flags), Is.All.EqualTo(EnvelopeFlags.Truncated));
        Assert.That(
            Packets(Message(1000), truncated: false).Select(packet => EnvelopeOf(packet).Flags),
            Is.All.EqualTo(EnvelopeFlags.None)
        );
        Assert.That(EnvelopeOf(Packets(Message(10), truncated: true).Single()).Flags, Is.EqualTo(EnvelopeFlags.None));
    }

    [TestCase(20, 1)]
    [TestCase(21, 1)]
    [TestCase(512, 1)]
    [TestCase(513, 2)]
    [TestCase(20 + 2 * 492, 2)]
    [TestCase(20 + 2 * 492 + 1, 3)]
    public void Count_OfALength_IsOnePacketForEach492BytesOfData(int length, int count) =>
        Assert.That(PacketWriter.CountOf(length), Is.EqualTo(count));

    [TestCase(1000u, -1, 492)]
    [TestCase(984u, 2, 0)]
    [TestCase(1000u, 3, 16)]
    [TestCase(1000u, 2, 492)]
    [TestCase(1000u, 1, 491)]
    [TestCase(1000u, 0, 493)]
    [TestCase(262_145u, 0, 492)]
    [TestCase(uint.MaxValue, 0, 492)]
    [TestCase(0x80000000u, 4_364_520, 492)]
    [TestCase(0u, 0, 0)]
    [TestCase(1000u, int.MaxValue, 492)]
    public void Add_WhatCannotFit_IsRefused(uint total, int sequence, int length) =>
        Assert.That(
            new PacketAssembler().TryAdd(new Envelope { MessageLength = total, Sequence = sequence }, new byte[length]),
            Is.False
        );

    [Test]
    public void Add_OtherLengthThanBefore_IsRefused()
    {
        var assembler = new PacketAssembler();
        Assert.That(assembler.TryAdd(new Envelope { MessageLength = 1000, Sequence = 0 }, new byte[492]), Is.True);
        Assert.That(assembler.TryAdd(new Envelope { MessageLength = 1001, Sequence = 1 }, new byte[492]), Is.False);
        Assert.That(assembler.IsComplete, Is.False);
        Assert.That(() => assembler.ToMessage(), Throws.InvalidOperationException);
        Assert.That(() => assembler.Envelope, Throws.InvalidOperationException);

        Assert.That(assembler.TryAdd(new Envelope { MessageLength = 1000, Sequence = 2 }, new byte[16]), Is.True);
        Assert.That(assembler.TryAdd(new Envelope { MessageLength = 1000, Sequence = 1 }, new byte[492]), Is.True);
        Assert.That(assembler.IsComplete, Is.True);
        Assert.That(assembler.TryAdd(new Envelope { MessageLength = 10, Sequence = 0 }, new byte[10]), Is.False);
    }

    [Test]
    public void Envelope_OfPacketsThatDiffer_IsThatOfTheFirstInAnyOrder([Values] bool firstComesFirst)
    {
        var first = new Envelope
        {
            MessageLength = 493,
            Sequence = 0,
            RequestId = 1,
            Flags = EnvelopeFlags.Truncated | EnvelopeFlags.Encrypted,
        };
        (Envelope, byte[])[] packets =
        [
            (first, new byte[492]),
            (first with { Sequence = 1, RequestId = 2, Flags = EnvelopeFlags.Truncated }, new byte[1]),
        ];
        var assembler = new PacketAssembler();
        foreach (var (envelope, data) in firstComesFirst ? packets : packets.Reverse())
        {
            Assert.That(assembler.TryAdd(envelope, data), Is.True);
        }
        Assert.That(assembler.Envelope, Is.EqualTo(first with { Flags = EnvelopeFlags.Encrypted }));
    }

    [Test]
    public void Add_OnePacketOfTheLongestMessage_HoldsThatPacketOnly()
    {
        var data = new byte[492];
        var before = GC.GetAllocatedBytesForCurrentThread();
        var assembler = new PacketAssembler();
        assembler.TryAdd(new Envelope { MessageLength = MessageLimits.MaxMessageLength, Sequence = 500 }, data);

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(4096));
        Assert.That(assembler.HeldBytes, Is.EqualTo(492));
    }

    private static byte[] Message(int bodyLength)
    {
        var output = new ArrayBufferWriter<byte>();
        var body = new byte[bodyLength];
        new Random(bodyLength).NextBytes(body);
        HandleMessage.Write(
            output,
            new Envelope
            {
                Version = ProtocolVersion.Current,
                Suggested = ProtocolVersion.Current,
                RequestId = 5,
            },
            new MessageHeader { OpCode = OpCode.Resolution },
            body
        );
        return output.WrittenSpan.ToArray();
    }

    private static List<byte[]> Packets(byte[] message, bool truncated)
    {
        var packets = new List<byte[]>();
        Span<byte> packet = stackalloc byte[MessageLimits.MaxPacketLength];
        for (var i = 0; i < PacketWriter.CountOf(message.Length); i++)
        {
            packets.Add(packet[..PacketWriter.Write(message, i, truncated, packet)].ToArray());
        }
        return packets;
    }

    private static Envelope EnvelopeOf(byte[] packet)
    {
        Assert.That(Envelope.TryRead(packet, out var envelope), Is.True);
        return envelope;
    }
}
