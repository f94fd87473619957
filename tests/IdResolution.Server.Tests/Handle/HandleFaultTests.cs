using System.Net.Sockets;
using IdResolution.HandleProtocol.Client;
using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.Server.Tests.Handle;

/// <summary>What broken and hostile clients send: they get an error or nothing, and everyone else is served.</summary>
[TestFixture]
internal sealed class HandleFaultTests : HandleFixture
{
    [Test]
    public async Task Connection_WithWhatIsNoMessage_EndsAfterAProtocolError(
        [Values(0u, 23u, 262_145u, 0x7FFFFFFFu, 0x80000000u, uint.MaxValue)] uint claimed
    )
    {
        using var wire = await ConnectAsync();
        var bytes = HandleWire.Resolution($"{Prefix}/x");
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(16), claimed);

        await wire.SendAsync(bytes);
        var answer = await wire.ReadAsync();

        Assert.That(
            (answer!.Envelope.RequestId, answer.Header.OpCode, answer.Header.ResponseCode, answer.Envelope.Version),
            Is.EqualTo((-1, OpCode.None, ResponseCode.ProtocolError, new ProtocolVersion(2, 3)))
        );
        Assert.That(await wire.ReadAsync(), Is.Null);
    }

    [Test]
    public async Task Response_OnAConnection_IsAnsweredAsWhatIsNoMessage()
    {
        using var wire = await ConnectAsync();
        await wire.SendAsync(Response(HandleWire.Resolution(Admin.Handle)));
        var answer = await wire.ReadAsync();
        using var client = new HttpClient();
        using var content = new ByteArrayContent(Response(HandleWire.Resolution(Admin.Handle)))
        {
            Headers = { ContentType = new("application/x-hdl-message") },
        };
        using var posted = await client.PostAsync(new Uri($"http://{Node.EndPoint}/"), content, Stop);

        Assert.That(
            (answer!.Envelope.RequestId, answer.Header.OpCode, answer.Header.ResponseCode),
            Is.EqualTo((-1, OpCode.None, ResponseCode.ProtocolError))
        );
        Assert.That(await wire.ReadAsync(), Is.Null);
        var bytes = await posted.Content.ReadAsByteArrayAsync(Stop);
        Assert.That(
            Envelope.TryRead(bytes, out var envelope)
                && MessageHeader.TryRead(bytes.AsSpan(20), out var header)
                && (envelope.RequestId, header.ResponseCode) == (-1, ResponseCode.ProtocolError),
            Is.True
        );
    }

    [Test]
    public void Response_OverUdp_IsNotAnswered([Values(1, 40)] int types)
    {
        using var packets = Packets();
        // What is cached, what is not, in one packet or in several: none must be answered, or two servers would answer
        // each other for ever.
        foreach (var handle in new[] { Admin.Handle, $"{Prefix}/nothing" })
        {
            var resolution = new ResolutionRequest(
                handle,
                [],
                [.. Enumerable.Range(0, types).Select(i => $"A.LONGER.TYPE.{i}")]
            );
            packets.Send(Response(HandleWire.Message(OpCode.Resolution, resolution.Write, requestId: 9_000)));
            packets.Send(
                Response(HandleWire.Message(OpCode.GetSiteInfo, new OneHandleRequest("/").Write, requestId: 9_001))
            );
        }

        for (var i = 0; i < 100; i++)
        {
            Assert.That(
                packets
                    .Ask(HandleWire.Resolution(i % 2 == 0 ? Admin.Handle : $"{Prefix}/nothing", i))
                    .Envelope.RequestId,
                Is.EqualTo(i)
            );
        }
        Assert.That(packets.HasMore, Is.False);
    }

    [Test]
    public async Task Connection_WithRandomBytes_HurtsNobody()
    {
        var handle = await CreateAsync(Value(1, "URL", "still here"));
        var random = new Random(5);
        for (var i = 0; i < 50; i++)
        {
            using var wire = await ConnectAsync();
            var bytes = new byte[random.Next(1, 2_000)];
            random.NextBytes(bytes);
            if (i % 2 == 0)
            {
                // As if it were a message.
                HandleWire.Resolution(handle).AsSpan(0, 20).CopyTo(bytes.Length < 20 ? bytes = new byte[20] : bytes);
            }
            await wire.SendAsync(bytes);
            wire.Stream.Socket.Shutdown(SocketShutdown.Send);
            while (await wire.ReadAsync() is not null) { }
        }

        Assert.That(await ValuesOfAsync(handle), Is.EqualTo(["1 URL still here"]));
    }

    [Test]
    public async Task Body_ThatCannotBeRead_IsAnsweredAndTheConnectionGoesOn()
    {
        var handle = await CreateAsync(Value(1, "URL", "next"));
        using var wire = await ConnectAsync();
        foreach (
            var operation in new[]
            {
                OpCode.Resolution,
                OpCode.CreateHandle,
                OpCode.DeleteHandle,
                OpCode.RemoveValue,
                OpCode.SessionSetup,
                OpCode.ListHandles,
            }
        )
        {
            var broken = await wire.AskAsync(operation, static writer => writer.Int32(int.MaxValue));
            Assert.That(
                broken.Header.ResponseCode,
                Is.EqualTo(
                    operation == OpCode.SessionSetup ? ResponseCode.InvalidSessionSetup : ResponseCode.ProtocolError
                ),
                operation.ToString()
            );
        }
        var unknown = await wire.AskAsync((OpCode)77, static _ => { });
        var next = await wire.AskAsync(OpCode.Resolution, new ResolutionRequest(handle, [], []).Write);

        Assert.That(
            (unknown.Header.ResponseCode, next.Header.ResponseCode),
            Is.EqualTo((ResponseCode.OperationNotSupported, ResponseCode.Success))
        );
    }

    [Test]
    public async Task Message_InPiecesOnTcp_IsPutTogether()
    {
        // As Teleinfo's client sends what is longer than 262,124 bytes; here in pieces of that length, the second one
        // short.
        var values = Enumerable.Range(1, 51).Select(i => Value(i, "DATA", new string('x', 5_109))).ToList();
        var whole = HandleWire.Message(OpCode.CreateHandle, new ValuesRequest(Node.NewId(), values).Write);
        Assert.That(whole, Has.Length.GreaterThan(262_144).And.Length.LessThanOrEqualTo(262_164));
        using var wire = await ConnectAsync();
        for (int at = 20, sequence = 0; at < whole.Length; at += 262_124, sequence++)
        {
            Envelope.TryRead(whole, out var envelope);
            var piece = new byte[20 + Math.Min(262_124, whole.Length - at)];
            (envelope with { Flags = EnvelopeFlags.Truncated, Sequence = sequence }).Write(piece);
            whole.AsSpan(at, piece.Length - 20).CopyTo(piece.AsSpan(20));
            await wire.SendAsync(piece);
        }

        Assert.That((await wire.ReadAsync())!.Header.ResponseCode, Is.EqualTo(ResponseCode.AuthenticationNeeded));
    }

    [Test]
    public async Task Requests_SentTogetherByWhoDoesNotRead_HoldLittle()
    {
        var handle = await CreateAsync([
            .. Enumerable.Range(1, 40).Select(i => Value(i, "DATA", new string('x', 5_000))),
        ]);
        await ValuesOfAsync(handle);
        using var wire = await ConnectAsync();
        var together = Enumerable.Repeat(HandleWire.Resolution(handle), 3_000).SelectMany(r => r).ToArray();
        var before = Environment.WorkingSet;

        // Their answers have 600 MB together.
        await wire.SendAsync(together);
        await Task.Delay(TimeSpan.FromSeconds(1), Stop);

        Assert.That(Environment.WorkingSet - before, Is.LessThan(200_000_000));
        Assert.That((await wire.ReadAsync())!.Header.ResponseCode, Is.EqualTo(ResponseCode.Success));
    }

    [Test]
    public async Task Connections_ByTheHundred_AreServedBesideTheSilent()
    {
        var handle = await CreateAsync(Value(1, "URL", "x"));
        var silent = await Task.WhenAll(Enumerable.Range(0, 500).Select(_ => ConnectAsync()));
        await Task.WhenAll(silent.Take(250).Select(w => w.SendAsync(HandleWire.Resolution(handle).AsMemory(0, 50))));

        Assert.That(await ValuesOfAsync(handle), Is.EqualTo(["1 URL x"]));
        foreach (var wire in silent)
        {
            wire.Dispose();
        }
    }

    [Test]
    public async Task Udp_PacketsOfNoMessage_AreNotAnswered()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp)
        {
            ReceiveTimeout = 500,
        };
        socket.Connect(Node.HandleEndPoint);
        var random = new Random(7);
        for (var i = 0; i < 200; i++)
        {
            var packet = new byte[random.Next(0, 600)];
            random.NextBytes(packet);
            packet.AsSpan(0, Math.Min(20, packet.Length)).Fill(0xFF);
            socket.Send(packet);
        }

        Assert.That(() => socket.Receive(new byte[2_000]), Throws.InstanceOf<SocketException>());
        Assert.That((await Anonymous.ResolveAsync(Prefix, HandleQuery.All, Stop)).IsSuccess, Is.True);
    }

    private static byte[] Response(byte[] request)
    {
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(
            request.AsSpan(24),
            (int)ResponseCode.HandleNotFound
        );
        return request;
    }
}
