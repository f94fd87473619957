using System.Buffers;
using System.Net;
using System.Text;
using System.Text.Json;
using IdResolution.Fuzzing.Driver;
using IdResolution.HandleProtocol.Client;
using IdResolution.HandleProtocol.Json;
using IdResolution.HandleProtocol.Keys;
using IdResolution.HandleProtocol.Keys.Sm;
using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Security;
using IdResolution.HandleProtocol.Values;
using IdResolution.HandleProtocol.Wire;
using IdResolution.Server.Handle.Operations;
using IdResolution.Server.Handle.Transport;

namespace IdResolution.Fuzzing.Targets;

/// <summary>
/// The Handle codec: envelopes, messages, packets, bodies of requests and answers, the data of values, keys, signatures,
/// and their form in JSON. The first byte chooses the reader. What is read must be written so that it is read again as
/// the same.
/// </summary>
internal sealed class HandleTarget : FuzzTarget
{
    private delegate bool TryRead<T>(ReadOnlySpan<byte> bytes, out T? read);

    private delegate bool TryReadAnswer<T>(ReadOnlySpan<byte> bytes, bool digest, out T? read);

    private static readonly SessionKey s_sessionKey = SessionKey.TryCreate(
        SessionKeyAlgorithm.Aes,
        Enumerable.Range(1, 16).Select(i => (byte)i).ToArray(),
        out var key
    )
        ? key
        : throw new InvalidOperationException();

    private static readonly HandleRequest s_asked = HandleRequest.Of(
        OpCode.Resolution,
        OpFlags.ReturnDigest,
        writer => new ResolutionRequest("88.300/a", [1], ["URL"]).Write(writer)
    );

    private readonly Action<byte[]>[] _readers;

    public HandleTarget() =>
        _readers = [
            Message,
            Packets,
            Stream,
            Of<ResolutionRequest>(ResolutionRequest.TryRead, (body, writer) => body.Write(writer)),
            View,
            Of<ValuesRequest>(ValuesRequest.TryRead, (body, writer) => body.Write(writer)),
            Of<RemoveValuesRequest>(RemoveValuesRequest.TryRead, (body, writer) => body.Write(writer)),
            Of<OneHandleRequest>(OneHandleRequest.TryRead, (body, writer) => body.Write(writer)),
            Of<ChallengeAnswer>(ChallengeAnswer.TryRead, (body, writer) => body.Write(writer)),
            Of<Challenge>(Challenge.TryRead, (body, writer) => body.Write(writer)),
            Of<VerifyRequest>(VerifyRequest.TryRead, (body, writer) => body.Write(writer)),
            Of<LoginRequest>(LoginRequest.TryRead, (body, writer) => body.Write(writer)),
            Of<SessionSetupRequest>(SessionSetupRequest.TryRead, (body, writer) => body.Write(writer)),
            Of<SessionKeyExchange>(SessionKeyExchange.TryRead, (body, writer) => body.Write(writer)),
            Answer<ResolutionResponse>(ResolutionResponse.TryRead, (body, writer) => body.Write(writer)),
            Answer<ReferralResponse>(ReferralResponse.TryRead, (body, writer) => body.Write(writer)),
            Answer<ErrorResponse>(ErrorResponse.TryRead, (body, writer) => body.Write(writer)),
            Answer<ListResponse>(ListResponse.TryRead, (body, writer) => body.Write(writer)),
            Answer<CreateResponse>(CreateResponse.TryRead, (body, writer) => body.Write(writer)),
            Answer<SiteInfoResponse>(SiteInfoResponse.TryRead, (body, writer) => body.Write(writer)),
            Answer<SessionSetupResponse>(SessionSetupResponse.TryRead, (body, writer) => body.Write(writer)),
            Answer<NextTransactionResponse>(NextTransactionResponse.TryRead, (body, writer) => body.Write(writer)),
            Answer<SuccessResponse>(SuccessResponse.TryRead, (body, writer) => body.Write(writer)),
            Answer<VerifyResponse>(VerifyResponse.TryRead, (body, writer) => body.Write(writer)),
            Site,
            Of<AdminRecord>(AdminRecord.TryRead, (body, writer) => body.Write(writer)),
            Of<ValueListRecord>(ValueListRecord.TryRead, (body, writer) => body.Write(writer)),
            Value,
            Key,
            Proof,
            Signature,
            Json,
            Text,
        ];

    public override string Name => "handle";

    // A key's numbers are computed with; a message is copied into packets, and out of them.
    public override long AllocationPerByte => 2_000;

    public override IReadOnlyList<string> Tokens =>
        [
            "HS_ADMIN",
            "HS_SITE",
            "HS_VLIST",
            "HS_PUBKEY",
            "HS_SIGNED",
            "HS_MAC",
            "HMAC-SHA256",
            "SHA-256",
            "SHA1",
            "RSA_PUB_KEY",
            "DSA_PUB_KEY",
            "DH_PUB_KEY",
            "SM2_PUB_KEY",
            "SM9_PUB_KEY",
            "-----BEGIN PUBLIC KEY-----",
            "-----END PUBLIC KEY-----",
            "88.300/a",
            "0.NA/88.300",
            "URL",
            "{",
            "}",
            "[",
            "]",
            "\"",
            ":",
            ",",
            "null",
            "\\ud800",
            "\\u0000",
            "\"handle\":",
            "\"values\":",
            "\"index\":",
            "\"type\":",
            "\"data\":",
            "\"format\":",
            "\"value\":",
            "\"string\"",
            "\"base64\"",
            "\"hex\"",
            "\"admin\"",
            "\"site\"",
            "\"vlist\"",
            "\"key\"",
            "\"permissions\":",
            "\"ttl\":",
            "\"timestamp\":",
            "\"2040-01-01T00:00:00Z\"",
            "\"references\":",
            "\"kty\":",
            "\"RSA\"",
            "\"DSA\"",
            "\"SM2\"",
            "\"n\":",
            "\"e\":",
            "\"AQAB\"",
            "\"alg\":\"RS256\"",
            "\"crit\":",
            "\"perms\":",
            "\"perm\":",
            "\"chain\":",
            "\"digests\":",
            "\"digest\":",
            "\"publicKey\":",
            "\"iat\":",
            "\"exp\":",
            "1e400",
            "99999999999999999999",
            "\0\0\0\u0001",
            "\u0001",
            "\u0002",
            "\u0003",
            "*",
            "300:88.300/a",
        ];

    public override IEnumerable<byte[]> Seeds()
    {
        var value = new HandleValue
        {
            Index = 1,
            Type = "URL",
            Data = "https://a.example"u8.ToArray(),
            References = [s_administrator],
        };
        var values = new[] { value, value with { Index = 100, Type = "HS_ADMIN", Data = s_admin.ToData() } };
        var digest = RequestDigest.Of(s_asked.Body.Span, ProtocolVersion.Current);
        var query = new ResolutionRequest("88.300/a", [1, 2], ["URL", "HS_ADMIN"]);
        var answer = new ResolutionResponse(digest, "88.300/a", values);
        var message = s_asked.ToMessage(7);
        yield return Chosen(0, message);
        yield return Chosen(0, Signed());
        yield return Chosen(1, [3, 1, 4, 1, 5, .. message]);
        yield return Chosen(2, [.. message, .. message]);
        yield return Seed(3, query.Write);
        yield return Seed(4, query.Write);
        yield return Seed(5, new ValuesRequest("88.300/a", values).Write);
        yield return Seed(6, new RemoveValuesRequest("88.300/a", [1, 2]).Write);
        yield return Seed(7, new OneHandleRequest("88.300/a").Write);
        yield return Seed(8, new ChallengeAnswer("HS_SECKEY", s_administrator, [1, 2, 3]).Write);
        yield return Seed(9, new Challenge(digest, new byte[16]).Write);
        yield return Seed(10, new VerifyRequest(s_administrator, new byte[16], new byte[32], [1, 2]).Write);
        yield return Seed(11, new LoginRequest(s_administrator).Write);
        yield return Seed(12, new SessionSetupRequest(SessionMode.ClientKey, 60, s_administrator, [1], null).Write);
        yield return Seed(
            12,
            new SessionSetupRequest(SessionMode.HandleKey, 60, s_administrator, [], s_administrator).Write
        );
        yield return Seed(13, new SessionKeyExchange([1, 2, 3]).Write);
        yield return Seed(14, answer.Write, isAnswer: true);
        yield return Seed(15, new ReferralResponse(digest, "88.300/a", values).Write, isAnswer: true);
        yield return Seed(16, new ErrorResponse(digest, "no").Write, isAnswer: true);
        yield return Seed(17, new ListResponse(digest, ["88.300/a", "88.300/b"]).Write, isAnswer: true);
        yield return Seed(18, new CreateResponse(digest, "88.300/a").Write, isAnswer: true);
        yield return Seed(19, new SiteInfoResponse(digest, s_site).Write, isAnswer: true);
        yield return Seed(20, new SessionSetupResponse(digest, SessionMode.ClientKey, [1]).Write, isAnswer: true);
        yield return Seed(21, new NextTransactionResponse(digest, 9).Write, isAnswer: true);
        yield return Seed(22, new SuccessResponse(digest).Write, isAnswer: true);
        yield return Seed(23, new VerifyResponse(digest, true).Write, isAnswer: true);
        yield return Chosen(24, s_site.ToData());
        yield return Chosen(25, s_admin.ToData());
        yield return Chosen(26, new ValueListRecord([s_administrator]).ToData());
        yield return Seed(27, value.Write);
        foreach (var key in Keys())
        {
            yield return Chosen(28, key.ToData());
            yield return Chosen(31, Json(values[1] with { Type = "HS_PUBKEY", Data = key.ToData() }));
        }
        yield return Chosen(28, s_rsa.ToPem());
        yield return Chosen(28, s_sm2.ToPem());
        yield return Chosen(
            29,
            SecretKeyProof.Make(KeyedDigestKind.Pbkdf2HmacSha1, [1], [2], [3], new KeyStretching(new byte[16], 1, 160))
        );
        yield return Chosen(29, SecretKeyProof.Make(KeyedDigestKind.Sha256, [1], [2], [3]));
        yield return Chosen(30, [.. "{\"alg\":\"RS256\"}\0"u8, .. Claims().ToJson()]);
        yield return Chosen(31, Json(value));
        yield return Chosen(31, Json(values[1]));
        yield return Chosen(31, Json(value with { Type = "HS_SITE", Data = s_site.ToData() }));
        yield return Chosen(
            31,
            Json(value with { Type = "HS_VLIST", Data = new ValueListRecord([s_administrator]).ToData() })
        );
        yield return Chosen(32, "300:88.300/a");
    }

    public override void Take(byte[] input)
    {
        if (input.Length > 0)
        {
            _readers[input[0] % _readers.Length](input[1..]);
        }
    }

    private static readonly ValueReference s_administrator = new("0.NA/88.300", 300);
    private static readonly AdminRecord s_admin = new(AdminPermissions.All, s_administrator);
    private static readonly SiteRecord s_site = new()
    {
        IsPrimary = true,
        Attributes = [new SiteAttribute("desc", "site")],
        Servers =
        [
            new SiteServer(
                1,
                IPAddress.Loopback,
                [1, 2, 3],
                [new SiteInterface(SiteServices.Both, SiteTransport.Tcp, 2641)]
            ),
        ],
    };

    private static readonly RsaPublicKey s_rsa = RsaPublicKey.TryCreate(Number(128), [1, 0, 1], out var key)
        ? key
        : throw new InvalidOperationException();

    private static readonly Sm2PublicKey s_sm2 = Sm2PublicKey.TryCreate(
        // The curve's own point.
        Convert.FromHexString(
            "0432C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7BC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A4"
                + "74002DF32E52139F0A0"
        ),
        out var key
    )
        ? key
        : throw new InvalidOperationException();

    private static IEnumerable<PublicKey> Keys()
    {
        yield return s_rsa;
        yield return s_sm2;
        if (DsaPublicKey.TryCreate(Number(20), Number(128), [3], [5], out var dsa))
        {
            yield return dsa;
        }
        var p = new System.Numerics.BigInteger(Number(64), isUnsigned: true, isBigEndian: true);
        if (DiffieHellmanPublicKey.TryCreate(5, p, 3, out var diffieHellman))
        {
            yield return diffieHellman;
        }
    }

    /// <summary>An odd number of so many bytes, the first bit set.</summary>
    private static byte[] Number(int length) =>
        [.. Enumerable.Range(0, length).Select(i => (byte)(i * 37 + 0xC1 | 1 | (i == 0 ? 0x80 : 0)))];

    private static HandleClaims Claims() =>
        new()
        {
            Issuer = "300:0.NA/88.300",
            Subject = "88.300/a",
            IssuedAt = DateTimeOffset.UnixEpoch,
            NotBefore = DateTimeOffset.UnixEpoch,
            Expires = DateTimeOffset.UnixEpoch.AddYears(80),
            Permissions = [new HandlePermission("88.300/a", "everything")],
            PublicKey = s_rsa,
            Chain = ["300:0.NA/88"],
            DigestAlgorithm = "SHA-256",
            Digests = [new ValueDigest(1, new byte[32])],
        };

    private static byte[] Signed()
    {
        var envelope = new Envelope
        {
            Version = ProtocolVersion.Current,
            RequestId = 7,
            SessionId = 9,
        };
        var header = new MessageHeader { OpCode = OpCode.Resolution };
        var body = s_asked.Body.Span;
        var output = new ArrayBufferWriter<byte>();
        HandleMessage.Write(
            output,
            envelope,
            header,
            body,
            Credential.Authenticate(envelope, header, body, s_sessionKey, sessionCounter: 1)
        );
        return output.WrittenSpan.ToArray();
    }

    private static byte[] Json(HandleValue value)
    {
        var output = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(output))
        {
            HandleRecordJson.Write(json, "88.300/a", [value]);
        }
        return output.WrittenSpan.ToArray();
    }

    private static byte[] Seed(int reader, Encoded.Writing write, bool isAnswer = false) =>
        Chosen(reader, isAnswer ? [1, .. Encoded.Of(write)] : Encoded.Of(write));

    private static Action<byte[]> Of<T>(TryRead<T> read, Action<T, WireWriter> write)
        where T : class =>
        bytes =>
        {
            if (!read(bytes, out var first))
            {
                return;
            }
            var written = Encoded.Of(writer => write(first!, writer));
            Hold.That(read(written, out var second), $"A {typeof(T).Name} is read as it was written.");
            Hold.Same(Encoded.Of(writer => write(second!, writer)), written, $"A {typeof(T).Name} stays as it is.");
        };

    /// <summary>The first bit says whether the header tells of a digest.</summary>
    private static Action<byte[]> Answer<T>(TryReadAnswer<T> read, Action<T, WireWriter> write)
        where T : class =>
        bytes =>
        {
            var digest = bytes.Length > 0 && (bytes[0] & 1) == 1;
            Of<T>((ReadOnlySpan<byte> body, out T? answer) => read(body, digest, out answer), write)(
                bytes.Length > 0 ? bytes[1..] : bytes
            );
        };

    private static void Message(byte[] bytes)
    {
        if (!Envelope.TryRead(bytes, out var envelope))
        {
            return;
        }
        var written = new byte[MessageLimits.EnvelopeLength];
        envelope.Write(written);
        Hold.That(Envelope.TryRead(written, out var again), "An envelope is read as it was written.");
        Hold.That(
            again == envelope || envelope.Version.Major > 3 || envelope.Suggested.Major == 0,
            "An envelope stays as it is."
        );
        Hold.That(
            envelope.Answered is var answered
                && answered >= ProtocolVersion.Oldest
                && answered <= ProtocolVersion.Current,
            "Only versions that are known are answered."
        );
        if (!HandleMessage.TryParse(envelope, bytes.AsMemory(MessageLimits.EnvelopeLength), out var message))
        {
            return;
        }
        var output = new ArrayBufferWriter<byte>();
        HandleMessage.Write(output, envelope, message.Header, message.Body.Span, message.Credential.Span);
        Hold.That(
            HandleMessage.TryParse(envelope, output.WrittenMemory[MessageLimits.EnvelopeLength..], out var same),
            "A message is read as it was written."
        );
        Hold.That(same.Header == message.Header, "A header stays as it is.");
        Hold.Same(same.Body.Span, message.Body.Span, "A body stays as it is.");
        Hold.Same(same.Credential.Span, message.Credential.Span, "A credential stays as it is.");
        _ = s_asked.IsAnsweredBy(message);
        if (Credential.TryRead(message.Credential.Span, out var credential))
        {
            Hold.That(!credential.IsMac || !credential.IsSigned, "A credential is of one kind.");
            var proof = credential.Verify(message, s_sessionKey);
            Hold.That(credential.IsMac || proof == ProofResult.Unsupported, "Only a MAC is checked as one.");
        }
    }

    /// <summary>Packets of any order: the first bytes say which of them come first, and which twice.</summary>
    private static void Packets(byte[] bytes)
    {
        var order = bytes.AsSpan(0, Math.Min(5, bytes.Length)).ToArray();
        var message = bytes.AsSpan(order.Length);
        Hostile(message);
        if (message.Length <= MessageLimits.EnvelopeLength)
        {
            return;
        }
        var count = PacketWriter.CountOf(message.Length);
        var numbers = Enumerable.Range(0, count).ToList();
        foreach (var swap in order)
        {
            (numbers[0], numbers[swap % count]) = (numbers[swap % count], numbers[0]);
            numbers.Add(numbers[swap % numbers.Count]);
        }
        var reassembler = new UdpReassembler(TimeProvider.System);
        var packet = new byte[MessageLimits.MaxPacketLength];
        UdpReassembler.Whole? whole = null;
        foreach (var number in numbers.TakeWhile(_ => whole is null))
        {
            var length = PacketWriter.Write(message, number, truncatedFlag: true, packet);
            Hold.That(Envelope.TryRead(packet, out var envelope), "A packet has an envelope.");
            reassembler.TryComplete(
                envelope,
                packet.AsSpan(MessageLimits.EnvelopeLength..length),
                s_peer,
                out whole,
                out _
            );
        }
        Hold.That(whole is not null, "All packets make the message.");
        Hold.Same(whole.Message, message[MessageLimits.EnvelopeLength..], "The message is the one that was cut.");
    }

    private static readonly SocketAddress s_peer = new IPEndPoint(IPAddress.Loopback, 1).Serialize();

    /// <summary>Packets as an attacker would make them: each of a length that a byte before it tells.</summary>
    private static void Hostile(ReadOnlySpan<byte> bytes)
    {
        var assembler = new PacketAssembler();
        while (bytes.Length > 1)
        {
            var length = Math.Min(bytes[0] * 2 + MessageLimits.EnvelopeLength, bytes.Length - 1);
            if (
                Envelope.TryRead(bytes.Slice(1, length), out var envelope)
                && assembler.TryAdd(envelope, bytes.Slice(1, length)[MessageLimits.EnvelopeLength..])
            )
            {
                Hold.That(assembler.HeldBytes <= envelope.MessageLength, "No more is held than was announced.");
                if (assembler.IsComplete)
                {
                    Hold.That(
                        assembler.ToMessage().Length == envelope.MessageLength,
                        "A message is as long as announced."
                    );
                    return;
                }
            }
            bytes = bytes[(1 + length)..];
        }
    }

    /// <summary>What comes over a connection, as the node cuts it into messages.</summary>
    private static void Stream(byte[] bytes)
    {
        var reassembler = new TcpReassembler();
        var rest = bytes.AsMemory();
        while (Envelope.TryRead(rest.Span, out var envelope))
        {
            rest = rest[MessageLimits.EnvelopeLength..];
            var length = reassembler.LengthOf(envelope);
            if (reassembler.IsBroken || length > rest.Length)
            {
                return;
            }
            var part = new ReadOnlySequence<byte>(rest[..length]);
            if (reassembler.TryComplete(envelope, ref part))
            {
                Hold.That(part.Length == envelope.MessageLength, "A message is as long as announced.");
                HandleMessage.TryParse(envelope, part.ToArray(), out _);
            }
            Hold.That(reassembler.Held <= MessageLimits.MaxMessageLength, "No more is held than a message may have.");
            rest = rest[length..];
        }
    }

    private static void View(byte[] bytes)
    {
        var isView = ResolutionRequestView.TryRead(bytes, out var view);
        if (!ResolutionRequest.TryRead(bytes, out var request))
        {
            return;
        }
        Hold.That(isView, "The view reads what the request reads.");
        Hold.Same(Encoding.UTF8.GetString(view.Handle), request.Handle, "Both read one handle.");
        Hold.That(view.Indexes.Count == request.Indexes.Count, "Both read as many indexes.");
        for (var i = 0; i < request.Indexes.Count; i++)
        {
            Hold.That(
                view.Indexes[i] == request.Indexes[i] && view.Indexes.Contains(view.Indexes[i]),
                "They are the same."
            );
        }
        var at = 0;
        foreach (var type in view.Types)
        {
            Hold.Same(Encoding.UTF8.GetString(type), request.Types[at++], "Both read the same types.");
        }
        Hold.That(at == request.Types.Count && at == view.Types.Count, "Both read as many types.");
        _ = ValueFilter.Wants(1, "URL"u8, view.Indexes, view.Types);
    }

    private static void Site(byte[] bytes)
    {
        Of<SiteRecord>(SiteRecord.TryRead, (site, writer) => site.Write(writer))(bytes);
        if (SiteRecord.TryRead(bytes, out var read) && read.Servers.Count > 0)
        {
            var at = read.ServerOf(read.HashFilter);
            Hold.That(at >= 0 && at < read.Servers.Count, "A handle has a server of the site.");
        }
    }

    private static void Value(byte[] bytes)
    {
        Of<HandleValue>(
            (ReadOnlySpan<byte> from, out HandleValue? value) =>
            {
                var reader = new WireReader(from);
                return HandleValue.TryRead(ref reader, out value);
            },
            (value, writer) => value.Write(writer)
        )(bytes);
        var reader = new WireReader(bytes);
        if (HandleValue.TryRead(ref reader, out var read))
        {
            Hold.That(EncodedValue.TryRead(bytes, out var encoded), "A value is found where it is encoded.");
            Hold.That(encoded.Index == read.Index, "Both read one index.");
            Hold.That(encoded.Length == bytes.Length - reader.Rest.Length, "Both read as many bytes.");
            Hold.Same(Encoding.UTF8.GetString(encoded.Type), read.Type, "Both read one type.");
        }
    }

    private static void Key(byte[] bytes)
    {
        if (!PublicKey.TryRead(bytes, out var key))
        {
            return;
        }
        var data = key.ToData();
        Hold.That(PublicKey.TryRead(data, out var again) && again.Equals(key), "A key is read as it was written.");
        Hold.Same(again.ToData(), data, "A key stays as it is.");
        _ = key.IsWeak;
        // A check costs more than all else: one input in 16 has it.
        if (bytes[^1] % 16 == 0)
        {
            Hold.That(
                key.Verify(SignatureHash.Sha256, [1], new byte[key is RsaPublicKey rsa ? rsa.Modulus.Length : 64])
                    is not ProofResult.Right,
                "A signature of zeros is not right."
            );
        }
    }

    private static void Proof(byte[] bytes)
    {
        Hold.That(
            SecretKeyProof.Verify(bytes, [], [2], [3]) != ProofResult.Right,
            "Without a secret no proof is right."
        );
        Hold.That(
            PublicKeyProof.Verify(bytes, s_rsa, [2], [3]) != ProofResult.Right,
            "Without the private key no proof is right."
        );
        if (SessionKey.TryRead(bytes, out var key))
        {
            Hold.That(
                SessionKey.TryRead(key.ToBytes(ProtocolVersion.Current), out var again),
                "A session's key is read."
            );
            Hold.Same(again.Bytes, key.Bytes, "A session's key stays as it is.");
        }
        _ = SessionCipher.TryDecrypt(s_sessionKey, ProtocolVersion.Current, bytes, out _);
    }

    /// <summary>Header and payload of a signed text, with a NUL between them; or the whole text.</summary>
    private static void Signature(byte[] bytes)
    {
        var nul = Array.IndexOf(bytes, (byte)0);
        var text =
            nul < 0
                ? Encoding.UTF8.GetString(bytes)
                : $"{Base64(bytes.AsSpan(0, nul))}.{Base64(bytes.AsSpan(nul + 1))}.AAAA";
        if (!JsonWebSignature.TryParse(text, out var signature))
        {
            return;
        }
        Hold.That(signature.Verify(s_sm2) != ProofResult.Right, "A short signature is not right.");
        if (!HandleClaims.TryRead(signature, out var claims) || claims.PublicKey is DiffieHellmanPublicKey)
        {
            return;
        }
        _ = claims.IsValidAt(DateTimeOffset.UnixEpoch);
        var json = claims.ToJson();
        var written = $"{Base64("{\"alg\":\"RS256\"}"u8)}.{Base64(json)}.AAAA";
        Hold.That(
            JsonWebSignature.TryParse(written, out var again) && HandleClaims.TryRead(again, out _),
            "Claims are read as they were written."
        );
        HandleClaims.TryRead(again, out var same);
        Hold.Same(same!.ToJson(), json, "Claims stay as they are.");
    }

    private static string Base64(ReadOnlySpan<byte> bytes) => System.Buffers.Text.Base64Url.EncodeToString(bytes);

    private static void Json(byte[] bytes)
    {
        if (!JsonText.TryParse(bytes, out var document))
        {
            return;
        }
        using (document)
        {
            _ = HandleRecordJson.HasValues(document.RootElement);
            if (!HandleRecordJson.TryRead(document.RootElement, out var handle, out var values, out var problem))
            {
                Hold.That(problem is not null, "What is refused has a reason.");
                return;
            }
            var output = new ArrayBufferWriter<byte>();
            using (var json = new Utf8JsonWriter(output))
            {
                HandleRecordJson.Write(json, handle, values);
            }
            using var written = JsonDocument.Parse(output.WrittenMemory);
            Hold.That(
                HandleRecordJson.TryRead(written.RootElement, out var again, out var same, out problem),
                $"Values are read as they were written: {problem}"
            );
            Hold.Same(again, handle, "A handle stays as it is.");
            Hold.Same(
                Encoded.Of(writer => BodyLists.Write(writer, same)),
                Encoded.Of(writer => BodyLists.Write(writer, values)),
                "Values stay as they are."
            );
        }
    }

    private static void Text(byte[] bytes)
    {
        var text = Encoding.UTF8.GetString(bytes);
        if (ValueReference.TryParse(text, out var reference))
        {
            Hold.That(
                ValueReference.TryParse(reference.ToString(), out var again) && again == reference,
                "A reference stays as it is."
            );
        }
        if (AdminRecord.TryParsePermissions(text, out var permissions))
        {
            var digits = new AdminRecord(permissions, s_administrator).PermissionText;
            Hold.That(
                AdminRecord.TryParsePermissions(digits, out var again) && again == permissions,
                "Permissions stay as they are."
            );
        }
        Hold.That(HandleName.SameFolded(text, HandleName.Fold(text)), "A folded handle is the same.");
        _ = HandleName.PrefixHandleOf(text);
        _ = SiteRecord.Hash(text, SiteHashOption.Suffix);
    }
}
