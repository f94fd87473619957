using System.Buffers;
using System.Buffers.Binary;
using FsCheck;
using FsCheck.Fluent;
using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Values;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Tests.Messages;

/// <summary>One kind of body or record: how to make bytes of it and how to read and write it again.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Bodies">Bodies as the writer writes them.</param>
/// <param name="Rewrite">What is written of what was read; null where reading refused.</param>
public sealed record BodyCase(string Name, Gen<byte[]> Bodies, Func<byte[], byte[]?> Rewrite)
{
    private delegate bool Reading<T>(ReadOnlySpan<byte> body, out T? read);

    private delegate bool ReadingResponse<T>(ReadOnlySpan<byte> body, bool digest, out T? read);

    private delegate void Writing<in T>(T body, WireWriter writer);

    /// <summary>At which lengths the beginning of a body is a whole one, since what is missing is optional.</summary>
    public Func<byte[], int[]> WholeAt { get; init; } = _ => [];

    public override string ToString() => Name;

    public static IEnumerable<BodyCase> All { get; } =
    [
        Of(
            "resolution request",
            from handle in Properties.Text
            from indexes in Properties.Int.ArrayOf()
            from types in Properties.Text.ArrayOf()
            select new ResolutionRequest(handle, indexes, types),
            ResolutionRequest.TryRead,
            (body, writer) => body.Write(writer)
        ),
        Of(
            "values request",
            from handle in Properties.Text
            from values in Properties.Value.ArrayOf()
            select new ValuesRequest(handle, values),
            ValuesRequest.TryRead,
            (body, writer) => body.Write(writer)
        ),
        Of(
            "remove values request",
            from handle in Properties.Text
            from indexes in Properties.Int.ArrayOf()
            select new RemoveValuesRequest(handle, indexes),
            RemoveValuesRequest.TryRead,
            (body, writer) => body.Write(writer)
        ),
        Of(
            "one handle request",
            Properties.Text.Select(handle => new OneHandleRequest(handle)),
            OneHandleRequest.TryRead,
            (body, writer) => body.Write(writer)
        ),
        Of(
            "login request",
            Properties.Reference.Select(user => new LoginRequest(user)),
            LoginRequest.TryRead,
            (body, writer) => body.Write(writer)
        ),
        Of(
            "challenge",
            from digest in Properties.Digest
            from nonce in Properties.Bytes
            select new Challenge(digest, nonce),
            Challenge.TryRead,
            (body, writer) => body.Write(writer)
        ),
        Of(
            "challenge answer",
            from type in Properties.Text
            from user in Properties.Reference
            from proof in Properties.Bytes
            select new ChallengeAnswer(type, user, proof),
            ChallengeAnswer.TryRead,
            (body, writer) => body.Write(writer)
        ),
        Of(
            "verify request",
            from user in Properties.Reference
            from nonce in Properties.Bytes
            from digest in Properties.Digest
            from proof in Properties.Bytes
            select new VerifyRequest(user, nonce, digest.Digest.ToArray(), proof),
            VerifyRequest.TryRead,
            (body, writer) => body.Write(writer)
        ),
        Of(
            "session setup request",
            from mode in Gen.Choose(0, 4)
            from timeout in Properties.Int
            from identity in Properties.Reference
            from key in Properties.Bytes
            from reference in Properties.Reference
            select new SessionSetupRequest(
                (SessionMode)mode,
                timeout,
                identity,
                mode is 1 or 4 ? key : [],
                mode == 3 ? reference : null
            ),
            SessionSetupRequest.TryRead,
            (body, writer) => body.Write(writer)
        ) with
        {
            WholeAt = WithoutSurplus,
        },
        Of(
            "session key exchange",
            Properties.Bytes.Select(key => new SessionKeyExchange(key)),
            SessionKeyExchange.TryRead,
            (body, writer) => body.Write(writer)
        ),
        .. OfResponse(
            "resolution response",
            digest =>
                from handle in Properties.Text
                from values in Properties.Value.ArrayOf()
                select new ResolutionResponse(digest, handle, values),
            ResolutionResponse.TryRead,
            (body, writer) => body.Write(writer)
        ),
        .. OfResponse(
            "create response",
            digest =>
                Gen.OneOf(Gen.Constant<string?>(null), Properties.Text.Select(text => (string?)text))
                    .Select(handle => new CreateResponse(digest, handle)),
            CreateResponse.TryRead,
            (body, writer) => body.Write(writer),
            (_, digest) => [digest]
        ),
        .. OfResponse(
            "list response",
            digest => Properties.Text.ArrayOf().Select(handles => new ListResponse(digest, handles)),
            ListResponse.TryRead,
            (body, writer) => body.Write(writer)
        ),
        .. OfResponse(
            "site info response",
            digest => Properties.Site.Select(site => new SiteInfoResponse(digest, site)),
            SiteInfoResponse.TryRead,
            (body, writer) => body.Write(writer)
        ),
        .. OfResponse(
            "plain success",
            digest => Gen.Constant(new SuccessResponse(digest)),
            SuccessResponse.TryRead,
            (body, writer) => body.Write(writer)
        ),
        .. OfResponse(
            "error response",
            digest => Properties.Text.Select(text => new ErrorResponse(digest, text)),
            ErrorResponse.TryRead,
            (body, writer) => body.Write(writer)
        ),
        .. OfResponse(
            "referral",
            digest =>
                from handle in Properties.Text
                from values in Properties.Value.ArrayOf()
                select new ReferralResponse(digest, handle, values),
            ReferralResponse.TryRead,
            (body, writer) => body.Write(writer),
            (bytes, digest) => [digest + 4 + Int32(bytes, digest)]
        ),
        .. OfResponse(
            "verify response",
            digest => Gen.Elements(true, false).Select(right => new VerifyResponse(digest, right)),
            VerifyResponse.TryRead,
            (body, writer) => body.Write(writer)
        ),
        .. OfResponse(
            "session setup response",
            digest =>
                from mode in Gen.Choose(0, 4)
                from data in Properties.Bytes
                select new SessionSetupResponse(digest, (SessionMode)mode, data),
            SessionSetupResponse.TryRead,
            (body, writer) => body.Write(writer),
            (bytes, _) => WithoutSurplus(bytes)
        ),
        .. OfResponse(
            "next transaction response",
            digest => Properties.Int.Select(next => new NextTransactionResponse(digest, (long)next << 20)),
            NextTransactionResponse.TryRead,
            (body, writer) => body.Write(writer)
        ),
        Of(
            "HS_ADMIN",
            from bits in Gen.Choose(0, ushort.MaxValue)
            from administrator in Properties.Reference
            from surplus in Gen.Elements(true, false)
            select new AdminRecord((AdminPermissions)bits, administrator) { HasSurplusBytes = surplus },
            AdminRecord.TryRead,
            (body, writer) => body.Write(writer)
        ) with
        {
            WholeAt = bytes => [10 + Int32(bytes, 2)],
        },
        Of(
            "HS_VLIST",
            Properties.Reference.ArrayOf().Select(members => new ValueListRecord(members)),
            ValueListRecord.TryRead,
            (body, writer) => body.Write(writer)
        ),
        Of("HS_SITE", Properties.Site, SiteRecord.TryRead, (body, writer) => body.Write(writer)),
        Of("value", Properties.Value, TryValue, (body, writer) => body.Write(writer)),
        Of(
            "digest",
            Properties.Digest.Select(digest => new SuccessResponse(digest)),
            (ReadOnlySpan<byte> body, out SuccessResponse? read) => SuccessResponse.TryRead(body, true, out read),
            (body, writer) => body.Write(writer)
        ),
        new("message", Message(), RewriteMessage) { WholeAt = bytes => [44 + Int32(bytes, 40)] },
    ];

    private static BodyCase Of<T>(string name, Gen<T> bodies, Reading<T> read, Writing<T> write)
    {
        byte[] Bytes(T body)
        {
            var output = new ArrayBufferWriter<byte>();
            write(body, new WireWriter(output));
            return output.WrittenSpan.ToArray();
        }
        return new BodyCase(name, bodies.Select(Bytes), bytes => read(bytes, out var body) ? Bytes(body!) : null);
    }

    private static IEnumerable<BodyCase> OfResponse<T>(
        string name,
        Func<DigestField?, Gen<T>> bodies,
        ReadingResponse<T> read,
        Writing<T> write,
        Func<byte[], int, int[]>? wholeAt = null
    )
    {
        wholeAt ??= (_, _) => [];
        yield return Of(
            name,
            bodies(null),
            (ReadOnlySpan<byte> body, out T? response) => read(body, false, out response),
            write
        ) with
        {
            WholeAt = bytes => wholeAt(bytes, 0),
        };
        yield return Of(
            name + " with digest",
            Properties.Digest.SelectMany(digest => bodies(digest)),
            (ReadOnlySpan<byte> body, out T? response) => read(body, true, out response),
            write
        ) with
        {
            WholeAt = bytes =>
                wholeAt(
                    bytes,
                    bytes[0] switch
                    {
                        0 => 20,
                        1 => 17,
                        2 => 21,
                        _ => 33,
                    }
                ),
        };
    }

    /// <summary>Without one or both of the two bytes that sessions declare and nobody needs.</summary>
    private static int[] WithoutSurplus(byte[] bytes) => [bytes.Length - 2, bytes.Length - 1];

    private static int Int32(byte[] bytes, int at) => BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(at));

    private static bool TryValue(ReadOnlySpan<byte> bytes, out HandleValue? value)
    {
        var reader = new WireReader(bytes);
        return HandleValue.TryRead(ref reader, out value);
    }

    private static Gen<byte[]> Message() =>
        from session in Properties.Int
        from request in Properties.Int
        from op in Gen.Elements(Enum.GetValues<OpCode>())
        from code in Gen.Elements(Enum.GetValues<ResponseCode>())
        from flags in Properties.Int
        from body in Properties.Bytes
        from credential in Properties.Bytes
        select Written(
            new Envelope
            {
                Version = new ProtocolVersion(2, 10),
                Suggested = ProtocolVersion.Current,
                SessionId = session,
                RequestId = request,
            },
            new MessageHeader
            {
                OpCode = op,
                ResponseCode = code,
                Flags = (OpFlags)flags,
                SiteSerial = 7,
                RecursionCount = 3,
                Expiration = 0x6A000000,
            },
            body,
            credential
        );

    private static byte[]? RewriteMessage(byte[] bytes) =>
        Envelope.TryRead(bytes, out var envelope)
        && HandleMessage.TryParse(envelope, bytes.AsMemory(MessageLimits.EnvelopeLength), out var message)
            ? Written(message.Envelope, message.Header, message.Body, message.Credential)
            : null;

    private static byte[] Written(
        Envelope envelope,
        MessageHeader header,
        ReadOnlyMemory<byte> body,
        ReadOnlyMemory<byte> credential
    )
    {
        var output = new ArrayBufferWriter<byte>();
        HandleMessage.Write(output, envelope, header, body.Span, credential.Span);
        return output.WrittenSpan.ToArray();
    }
}
