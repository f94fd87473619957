using System.Buffers;
using System.Net;
using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Values;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Tests.Messages;

/// <summary>
/// A message and its bytes, made from the tables of the protocol and not with the code under test; those that
/// <see cref="WorkedExampleTests"/> has are not repeated.
/// </summary>
/// <param name="Name">Its name.</param>
/// <param name="Header">The header.</param>
/// <param name="Body">The body; null where it is empty.</param>
/// <param name="Hex">The whole message.</param>
public sealed record MessageCase(string Name, MessageHeader Header, object? Body, string Hex)
{
    private static readonly HandleValue s_usual = new()
    {
        Index = 1,
        Timestamp = 0x66800000,
        Type = "URL",
        Data = "x"u8.ToArray(),
    };

    private static readonly HandleValue s_other = new()
    {
        Index = 300,
        Timestamp = 0x80000000,
        TtlType = 1,
        Ttl = 0x6A000000,
        Permissions = ValuePermissions.AdminRead | ValuePermissions.AdminWrite | ValuePermissions.PublicWrite,
        Type = "é",
        Data = [0, 0xFF],
        References = [new ValueReference("a/c", 7), new ValueReference("", 0)],
    };

    private static readonly SiteRecord s_site = new()
    {
        Serial = 7,
        IsPrimary = true,
        IsMultiPrimary = true,
        HashOption = SiteHashOption.Suffix,
        HashFilter = "f",
        Attributes = [new SiteAttribute("desc", "A")],
        Servers =
        [
            new SiteServer(
                1,
                IPAddress.Parse("203.0.113.10"),
                [1, 2],
                [
                    new SiteInterface(SiteServices.Admin, SiteTransport.Tcp, 2641),
                    new SiteInterface(SiteServices.Query, SiteTransport.Udp, 2641),
                ]
            ),
            new SiteServer(
                2,
                IPAddress.Parse("2001:db8::1"),
                [],
                [
                    new SiteInterface(SiteServices.None, SiteTransport.Http, 8000),
                    new SiteInterface(SiteServices.Both, SiteTransport.Https, 443),
                ]
            ),
        ],
    };

    private static readonly ValueReference s_user = new("u", 300);
    private static readonly DigestField s_oldMd5 = new(0, Counted(16));
    private static readonly DigestField s_md5 = new(1, Counted(16));
    private static readonly DigestField s_sha1 = new(2, Counted(20));
    private static readonly DigestField s_sha256 = new(3, Counted(32));

    private static readonly Dictionary<Type, Codec> s_codecs = new()
    {
        [typeof(ResolutionRequest)] = Of<ResolutionRequest>(
            ResolutionRequest.TryRead,
            (body, writer) => body.Write(writer)
        ),
        [typeof(ValuesRequest)] = Of<ValuesRequest>(ValuesRequest.TryRead, (body, writer) => body.Write(writer)),
        [typeof(RemoveValuesRequest)] = Of<RemoveValuesRequest>(
            RemoveValuesRequest.TryRead,
            (body, writer) => body.Write(writer)
        ),
        [typeof(OneHandleRequest)] = Of<OneHandleRequest>(
            OneHandleRequest.TryRead,
            (body, writer) => body.Write(writer)
        ),
        [typeof(LoginRequest)] = Of<LoginRequest>(LoginRequest.TryRead, (body, writer) => body.Write(writer)),
        [typeof(VerifyRequest)] = Of<VerifyRequest>(VerifyRequest.TryRead, (body, writer) => body.Write(writer)),
        [typeof(SessionSetupRequest)] = Of<SessionSetupRequest>(
            SessionSetupRequest.TryRead,
            (body, writer) => body.Write(writer)
        ),
        [typeof(SessionKeyExchange)] = Of<SessionKeyExchange>(
            SessionKeyExchange.TryRead,
            (body, writer) => body.Write(writer)
        ),
        [typeof(Challenge)] = Of<Challenge>(Challenge.TryRead, (body, writer) => body.Write(writer)),
        [typeof(ResolutionResponse)] = OfResponse<ResolutionResponse>(
            ResolutionResponse.TryRead,
            (body, writer) => body.Write(writer)
        ),
        [typeof(CreateResponse)] = OfResponse<CreateResponse>(
            CreateResponse.TryRead,
            (body, writer) => body.Write(writer)
        ),
        [typeof(ListResponse)] = OfResponse<ListResponse>(ListResponse.TryRead, (body, writer) => body.Write(writer)),
        [typeof(SiteInfoResponse)] = OfResponse<SiteInfoResponse>(
            SiteInfoResponse.TryRead,
            (body, writer) => body.Write(writer)
        ),
        [typeof(SuccessResponse)] = OfResponse<SuccessResponse>(
            SuccessResponse.TryRead,
            (body, writer) => body.Write(writer)
        ),
        [typeof(ErrorResponse)] = OfResponse<ErrorResponse>(
            ErrorResponse.TryRead,
            (body, writer) => body.Write(writer)
        ),
        [typeof(ReferralResponse)] = OfResponse<ReferralResponse>(
            ReferralResponse.TryRead,
            (body, writer) => body.Write(writer)
        ),
        [typeof(VerifyResponse)] = OfResponse<VerifyResponse>(
            VerifyResponse.TryRead,
            (body, writer) => body.Write(writer)
        ),
        [typeof(SessionSetupResponse)] = OfResponse<SessionSetupResponse>(
            SessionSetupResponse.TryRead,
            (body, writer) => body.Write(writer)
        ),
        [typeof(NextTransactionResponse)] = OfResponse<NextTransactionResponse>(
            NextTransactionResponse.TryRead,
            (body, writer) => body.Write(writer)
        ),
    };

    private delegate bool Reading<T>(ReadOnlySpan<byte> body, out T? read);

    private delegate bool ReadingResponse<T>(ReadOnlySpan<byte> body, bool digest, out T? read);

    private delegate void Writing<in T>(T body, WireWriter writer);

    public static IEnumerable<MessageCase> All { get; } =
    [
        Request(
            "resolution",
            OpCode.Resolution,
            new ResolutionRequest("a/b", [1, 300], ["URL"]),
            """
            020a 02 0b 00000000 00000001 00000000 0000003a
            00000001 00000000 19000000 ffff 00 00 6a000000 0000001e
            00000003 612f62 00000002 00000001 0000012c 00000001 00000003 55524c 00000000
            """
        ),
        Request(
            "site info",
            OpCode.GetSiteInfo,
            new OneHandleRequest("/"),
            """
            020a 02 0b 00000000 00000001 00000000 00000021
            00000002 00000000 19000000 ffff 00 00 6a000000 00000005
            00000001 2f 00000000
            """
        ),
        Request(
            "delete",
            OpCode.DeleteHandle,
            new OneHandleRequest("a/b"),
            """
            020a 02 0b 00000000 00000001 00000000 00000023
            00000065 00000000 19000000 ffff 00 00 6a000000 00000007
            00000003 612f62 00000000
            """
        ),
        Request(
            "add values",
            OpCode.AddValue,
            new ValuesRequest("a/b", [s_other]),
            """
            020a 02 0b 00000000 00000001 00000000 00000058
            00000066 00000000 19000000 ffff 00 00 6a000000 0000003c
            00000003 612f62 00000001 0000012c 80000000 01 6a000000 0d 00000002 c3a9 00000002 00ff 00000002 00000003 612f63 00000007 00000000
            00000000 00000000
            """
        ),
        Request(
            "remove values",
            OpCode.RemoveValue,
            new RemoveValuesRequest("a/b", [1, 300]),
            """
            020a 02 0b 00000000 00000001 00000000 0000002f
            00000067 00000000 19000000 ffff 00 00 6a000000 00000013
            00000003 612f62 00000002 00000001 0000012c 00000000
            """
        ),
        Request(
            "modify values",
            OpCode.ModifyValue,
            new ValuesRequest("a/b", [s_usual]),
            """
            020a 02 0b 00000000 00000001 00000000 00000045
            00000068 00000000 19000000 ffff 00 00 6a000000 00000029
            00000003 612f62 00000001 00000001 66800000 00 00015180 0e 00000003 55524c 00000001 78 00000000 00000000
            """
        ),
        Request(
            "list handles",
            OpCode.ListHandles,
            new OneHandleRequest("0.NA/a"),
            """
            020a 02 0b 00000000 00000001 00000000 00000026
            00000069 00000000 19000000 ffff 00 00 6a000000 0000000a
            00000006 302e4e412f61 00000000
            """
        ),
        Request(
            "verify",
            OpCode.VerifyChallenge,
            new VerifyRequest(s_user, [1, 2], Counted(32), [3]),
            """
            020a 02 0b 00000000 00000001 00000000 00000054
            000000c9 00000000 19000000 ffff 00 00 6a000000 00000038
            00000001 75 0000012c 00000002 0102
              00000020 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f 00000001 03
            00000000
            """
        ),
        Request(
            "home",
            OpCode.HomePrefix,
            new OneHandleRequest("0.NA/a"),
            """
            020a 02 0b 00000000 00000001 00000000 00000026
            0000012c 00000000 19000000 ffff 00 00 6a000000 0000000a
            00000006 302e4e412f61 00000000
            """
        ),
        Request(
            "unhome",
            OpCode.UnhomePrefix,
            new OneHandleRequest("0.NA/a"),
            """
            020a 02 0b 00000000 00000001 00000000 00000026
            0000012d 00000000 19000000 ffff 00 00 6a000000 0000000a
            00000006 302e4e412f61 00000000
            """
        ),
        Request(
            "list homed prefixes",
            OpCode.ListHomedPrefixes,
            new OneHandleRequest("/"),
            """
            020a 02 0b 00000000 00000001 00000000 00000021
            0000012e 00000000 19000000 ffff 00 00 6a000000 00000005
            00000001 2f 00000000
            """
        ),
        Request(
            "session setup, mode 0",
            OpCode.SessionSetup,
            new SessionSetupRequest(SessionMode.None, 60, s_user, [], null),
            """
            020a 02 0b 00000000 00000001 00000000 0000002d
            00000190 00000000 19000000 ffff 00 00 6a000000 00000011
            0000 0000003c 00000001 75 0000012c 0000 00000000
            """
        ),
        Request(
            "session setup, mode 1",
            OpCode.SessionSetup,
            new SessionSetupRequest(SessionMode.ClientKey, 60, s_user, [9], null),
            """
            020a 02 0b 00000000 00000001 00000000 00000032
            00000190 00000000 19000000 ffff 00 00 6a000000 00000016
            0001 0000003c 00000001 75 0000012c 00000001 09 0000 00000000
            """
        ),
        Request(
            "session setup, mode 2",
            OpCode.SessionSetup,
            new SessionSetupRequest(SessionMode.ServerKey, 60, s_user, [], null),
            """
            020a 02 0b 00000000 00000001 00000000 0000002d
            00000190 00000000 19000000 ffff 00 00 6a000000 00000011
            0002 0000003c 00000001 75 0000012c 0000 00000000
            """
        ),
        Request(
            "session setup, mode 3",
            OpCode.SessionSetup,
            new SessionSetupRequest(SessionMode.HandleKey, 60, s_user, [], new ValueReference("k", 2)),
            """
            020a 02 0b 00000000 00000001 00000000 00000036
            00000190 00000000 19000000 ffff 00 00 6a000000 0000001a
            0003 0000003c 00000001 75 0000012c 00000001 6b 00000002 0000 00000000
            """
        ),
        Request(
            "session setup, mode 4",
            OpCode.SessionSetup,
            new SessionSetupRequest(SessionMode.DiffieHellman, 60, s_user, [9], null),
            """
            020a 02 0b 00000000 00000001 00000000 00000032
            00000190 00000000 19000000 ffff 00 00 6a000000 00000016
            0004 0000003c 00000001 75 0000012c 00000001 09 0000 00000000
            """
        ),
        Request(
            "session terminate",
            OpCode.SessionTerminate,
            null,
            """
            020a 02 0b 00000000 00000001 00000000 0000001c
            00000191 00000000 19000000 ffff 00 00 6a000000 00000000
            00000000
            """
        ),
        Request(
            "session exchange key",
            OpCode.SessionExchangeKey,
            new SessionKeyExchange([1, 2, 3]),
            """
            020a 02 0b 00000000 00000001 00000000 00000023
            00000192 00000000 19000000 ffff 00 00 6a000000 00000007
            00000003 010203 00000000
            """
        ),
        Request(
            "next transaction",
            OpCode.GetNextTransactionId,
            new OneHandleRequest("a/b"),
            """
            020a 02 0b 00000000 00000001 00000000 00000023
            000003e8 00000000 19000000 ffff 00 00 6a000000 00000007
            00000003 612f62 00000000
            """
        ),
        Request(
            "transaction log",
            OpCode.RetrieveTransactionLog,
            null,
            """
            020a 02 0b 00000000 00000001 00000000 0000001c
            000003e9 00000000 19000000 ffff 00 00 6a000000 00000000
            00000000
            """
        ),
        Request(
            "dump",
            OpCode.DumpHandles,
            null,
            """
            020a 02 0b 00000000 00000001 00000000 0000001c
            000003ea 00000000 19000000 ffff 00 00 6a000000 00000000
            00000000
            """
        ),
        Request(
            "backup",
            OpCode.Backup,
            null,
            """
            020a 02 0b 00000000 00000001 00000000 0000001c
            000003eb 00000000 19000000 ffff 00 00 6a000000 00000000
            00000000
            """
        ),
        Request(
            "password login",
            OpCode.PasswordLogin,
            new ResolutionRequest("line-3", [], ["Node#2024"]),
            """
            020a 02 0b 00000000 00000001 00000000 0000003b
            000007d0 00000000 19000000 ffff 00 00 6a000000 0000001f
            00000006 6c696e652d33 00000000 00000001 00000009 4e6f64652332303234 00000000
            """
        ),
        Request(
            "login",
            OpCode.Login,
            new LoginRequest(s_user),
            """
            020a 02 0b 00000000 00000001 00000000 00000025
            000007d1 00000000 19000000 ffff 00 00 6a000000 00000009
            00000001 75 0000012c 00000000
            """
        ),
        Response(
            "values, digest",
            OpCode.Resolution,
            ResponseCode.Success,
            OpFlags.ReturnDigest,
            new ResolutionResponse(s_sha256, "a/b", [s_usual, s_other]),
            """
            020b 02 0b 00000000 00000001 00000000 00000097
            00000001 00000001 99800000 0001 00 00 6a000000 0000007b
            03 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f 00000003 612f62 00000002 00000001 66800000 00 00015180 0e
            00000003 55524c 00000001 78 00000000 0000012c 80000000 01 6a000000 0d 00000002 c3a9 00000002 00ff 00000002 00000003 612f63
            00000007 00000000 00000000 00000000
            """
        ),
        Response(
            "created",
            OpCode.CreateHandle,
            ResponseCode.Success,
            OpFlags.None,
            new CreateResponse(null, "a/b"),
            """
            020b 02 0b 00000000 00000001 00000000 00000023
            00000064 00000001 99000000 0001 00 00 6a000000 00000007
            00000003 612f62 00000000
            """
        ),
        Response(
            "created, digest",
            OpCode.CreateHandle,
            ResponseCode.Success,
            OpFlags.ReturnDigest,
            new CreateResponse(s_sha1, "a/b"),
            """
            020b 02 0b 00000000 00000001 00000000 00000038
            00000064 00000001 99800000 0001 00 00 6a000000 0000001c
            02 000102030405060708090a0b0c0d0e0f10111213 00000003 612f62 00000000
            """
        ),
        Response(
            "created without a name",
            OpCode.CreateHandle,
            ResponseCode.Success,
            OpFlags.None,
            new CreateResponse(null, null),
            """
            020b 02 0b 00000000 00000001 00000000 0000001c
            00000064 00000001 99000000 0001 00 00 6a000000 00000000
            00000000
            """
        ),
        Response(
            "created without a name, digest",
            OpCode.CreateHandle,
            ResponseCode.Success,
            OpFlags.ReturnDigest,
            new CreateResponse(s_md5, null),
            """
            020b 02 0b 00000000 00000001 00000000 0000002d
            00000064 00000001 99800000 0001 00 00 6a000000 00000011
            01 000102030405060708090a0b0c0d0e0f 00000000
            """
        ),
        Response(
            "list",
            OpCode.ListHandles,
            ResponseCode.Success,
            OpFlags.None,
            new ListResponse(null, ["a/b", "a/c"]),
            """
            020b 02 0b 00000000 00000001 00000000 0000002e
            00000069 00000001 99000000 0001 00 00 6a000000 00000012
            00000002 00000003 612f62 00000003 612f63 00000000
            """
        ),
        Response(
            "list, digest",
            OpCode.ListHandles,
            ResponseCode.Success,
            OpFlags.ReturnDigest,
            new ListResponse(s_md5, ["a/b", "a/c"]),
            """
            020b 02 0b 00000000 00000001 00000000 0000003f
            00000069 00000001 99800000 0001 00 00 6a000000 00000023
            01 000102030405060708090a0b0c0d0e0f 00000002 00000003 612f62 00000003 612f63 00000000
            """
        ),
        Response(
            "list that goes on",
            OpCode.ListHandles,
            ResponseCode.Success,
            OpFlags.Continuous,
            new ListResponse(null, ["a/b"]),
            """
            020b 02 0b 00000000 00000001 00000000 00000027
            00000069 00000001 9d000000 0001 00 00 6a000000 0000000b
            00000001 00000003 612f62 00000000
            """
        ),
        Response(
            "site info",
            OpCode.GetSiteInfo,
            ResponseCode.Success,
            OpFlags.None,
            new SiteInfoResponse(null, s_site),
            """
            020b 02 0b 00000000 00000001 00000000 00000090
            00000002 00000001 99000000 0001 00 00 6a000000 00000074
            0001 020b 0007 c0 01 00000001 66 00000001 00000004 64657363 00000001 41 00000002 00000001 000000000000000000000000cb00710a
            00000002 0102 00000002 01 01 00000a51 02 00 00000a51 00000002 20010db8000000000000000000000001 00000000 00000002 00 02 00001f40 03
            03 000001bb 00000000
            """
        ),
        Response(
            "site info, digest",
            OpCode.GetSiteInfo,
            ResponseCode.Success,
            OpFlags.ReturnDigest,
            new SiteInfoResponse(s_md5, s_site),
            """
            020b 02 0b 00000000 00000001 00000000 000000a1
            00000002 00000001 99800000 0001 00 00 6a000000 00000085
            01 000102030405060708090a0b0c0d0e0f 0001 020b 0007 c0 01 00000001 66 00000001 00000004 64657363 00000001 41 00000002 00000001
            000000000000000000000000cb00710a 00000002 0102 00000002 01 01 00000a51 02 00 00000a51 00000002 20010db8000000000000000000000001
            00000000 00000002 00 02 00001f40 03 03 000001bb 00000000
            """
        ),
        Response(
            "done",
            OpCode.DeleteHandle,
            ResponseCode.Success,
            OpFlags.None,
            new SuccessResponse(null),
            """
            020b 02 0b 00000000 00000001 00000000 0000001c
            00000065 00000001 99000000 0001 00 00 6a000000 00000000
            00000000
            """
        ),
        Response(
            "done, digest",
            OpCode.DeleteHandle,
            ResponseCode.Success,
            OpFlags.ReturnDigest,
            new SuccessResponse(s_sha256),
            """
            020b 02 0b 00000000 00000001 00000000 0000003d
            00000065 00000001 99800000 0001 00 00 6a000000 00000021
            03 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f 00000000
            """
        ),
        Response(
            "done, SHA-1",
            OpCode.DeleteHandle,
            ResponseCode.Success,
            OpFlags.ReturnDigest,
            new SuccessResponse(s_sha1),
            """
            020b 02 0b 00000000 00000001 00000000 00000031
            00000065 00000001 99800000 0001 00 00 6a000000 00000015
            02 000102030405060708090a0b0c0d0e0f10111213 00000000
            """
        ),
        Response(
            "done, MD5",
            OpCode.DeleteHandle,
            ResponseCode.Success,
            OpFlags.ReturnDigest,
            new SuccessResponse(s_md5),
            """
            020b 02 0b 00000000 00000001 00000000 0000002d
            00000065 00000001 99800000 0001 00 00 6a000000 00000011
            01 000102030405060708090a0b0c0d0e0f 00000000
            """
        ),
        Response(
            "done, old MD5",
            OpCode.DeleteHandle,
            ResponseCode.Success,
            OpFlags.ReturnDigest,
            new SuccessResponse(s_oldMd5),
            """
            020b 02 0b 00000000 00000001 00000000 00000030
            00000065 00000001 99800000 0001 00 00 6a000000 00000014
            00000010 000102030405060708090a0b0c0d0e0f 00000000
            """
        ),
        Response(
            "logged in",
            OpCode.Login,
            ResponseCode.Success,
            OpFlags.None,
            new SuccessResponse(null),
            """
            020b 02 0b 00000000 00000001 00000000 0000001c
            000007d1 00000001 99000000 0001 00 00 6a000000 00000000
            00000000
            """
        ),
        Response(
            "refused",
            OpCode.ModifyValue,
            ResponseCode.InsufficientPermissions,
            OpFlags.None,
            new ErrorResponse(null, "不"),
            """
            020b 02 0b 00000000 00000001 00000000 00000023
            00000068 00000191 99000000 0001 00 00 6a000000 00000007
            00000003 e4b88d 00000000
            """
        ),
        Response(
            "refused, digest",
            OpCode.ModifyValue,
            ResponseCode.InsufficientPermissions,
            OpFlags.ReturnDigest,
            new ErrorResponse(s_md5, "不"),
            """
            020b 02 0b 00000000 00000001 00000000 00000034
            00000068 00000191 99800000 0001 00 00 6a000000 00000018
            01 000102030405060708090a0b0c0d0e0f 00000003 e4b88d 00000000
            """
        ),
        Response(
            "service referral",
            OpCode.Resolution,
            ResponseCode.ServiceReferral,
            OpFlags.None,
            new ReferralResponse(null, "0.NA/a", []),
            """
            020b 02 0b 00000000 00000001 00000000 00000026
            00000001 0000012e 99000000 0001 00 00 6a000000 0000000a
            00000006 302e4e412f61 00000000
            """
        ),
        Response(
            "service referral, digest",
            OpCode.Resolution,
            ResponseCode.ServiceReferral,
            OpFlags.ReturnDigest,
            new ReferralResponse(s_md5, "0.NA/a", []),
            """
            020b 02 0b 00000000 00000001 00000000 00000037
            00000001 0000012e 99800000 0001 00 00 6a000000 0000001b
            01 000102030405060708090a0b0c0d0e0f 00000006 302e4e412f61 00000000
            """
        ),
        Response(
            "prefix referral",
            OpCode.Resolution,
            ResponseCode.PrefixReferral,
            OpFlags.None,
            new ReferralResponse(null, "", [s_usual]),
            """
            020b 02 0b 00000000 00000001 00000000 00000042
            00000001 0000012f 99000000 0001 00 00 6a000000 00000026
            00000000 00000001 00000001 66800000 00 00015180 0e 00000003 55524c 00000001 78 00000000 00000000
            """
        ),
        Response(
            "prefix referral, digest",
            OpCode.Resolution,
            ResponseCode.PrefixReferral,
            OpFlags.ReturnDigest,
            new ReferralResponse(s_md5, "", [s_usual]),
            """
            020b 02 0b 00000000 00000001 00000000 00000053
            00000001 0000012f 99800000 0001 00 00 6a000000 00000037
            01 000102030405060708090a0b0c0d0e0f 00000000 00000001 00000001 66800000 00 00015180 0e 00000003 55524c 00000001 78 00000000
            00000000
            """
        ),
        Response(
            "challenge, old MD5",
            OpCode.CreateHandle,
            ResponseCode.AuthenticationNeeded,
            OpFlags.ReturnDigest,
            new Challenge(s_oldMd5, [1, 2]),
            """
            020b 02 0b 00000000 00000001 00000000 00000036
            00000064 00000192 99800000 0001 00 00 6a000000 0000001a
            00000010 000102030405060708090a0b0c0d0e0f 00000002 0102 00000000
            """
        ),
        Response(
            "verified",
            OpCode.VerifyChallenge,
            ResponseCode.Success,
            OpFlags.None,
            new VerifyResponse(null, true),
            """
            020b 02 0b 00000000 00000001 00000000 0000001d
            000000c9 00000001 99000000 0001 00 00 6a000000 00000001
            01 00000000
            """
        ),
        Response(
            "verified, digest",
            OpCode.VerifyChallenge,
            ResponseCode.Success,
            OpFlags.ReturnDigest,
            new VerifyResponse(s_md5, true),
            """
            020b 02 0b 00000000 00000001 00000000 0000002e
            000000c9 00000001 99800000 0001 00 00 6a000000 00000012
            01 000102030405060708090a0b0c0d0e0f 01 00000000
            """
        ),
        Response(
            "not verified",
            OpCode.VerifyChallenge,
            ResponseCode.Success,
            OpFlags.None,
            new VerifyResponse(null, false),
            """
            020b 02 0b 00000000 00000001 00000000 0000001d
            000000c9 00000001 99000000 0001 00 00 6a000000 00000001
            00 00000000
            """
        ),
        Response(
            "not verified, digest",
            OpCode.VerifyChallenge,
            ResponseCode.Success,
            OpFlags.ReturnDigest,
            new VerifyResponse(s_md5, false),
            """
            020b 02 0b 00000000 00000001 00000000 0000002e
            000000c9 00000001 99800000 0001 00 00 6a000000 00000012
            01 000102030405060708090a0b0c0d0e0f 00 00000000
            """
        ),
        Response(
            "session set up",
            OpCode.SessionSetup,
            ResponseCode.Success,
            OpFlags.None,
            new SessionSetupResponse(null, SessionMode.ServerKey, [7, 8]),
            """
            020b 02 0b 00000000 00000001 00000000 00000026
            00000190 00000001 99000000 0001 00 00 6a000000 0000000a
            0002 00000002 0708 0000 00000000
            """
        ),
        Response(
            "session set up, digest",
            OpCode.SessionSetup,
            ResponseCode.Success,
            OpFlags.ReturnDigest,
            new SessionSetupResponse(s_md5, SessionMode.ServerKey, [7, 8]),
            """
            020b 02 0b 00000000 00000001 00000000 00000037
            00000190 00000001 99800000 0001 00 00 6a000000 0000001b
            01 000102030405060708090a0b0c0d0e0f 0002 00000002 0708 0000 00000000
            """
        ),
        Response(
            "next transaction",
            OpCode.GetNextTransactionId,
            ResponseCode.Success,
            OpFlags.None,
            new NextTransactionResponse(null, 0x100000005),
            """
            020b 02 0b 00000000 00000001 00000000 00000024
            000003e8 00000001 99000000 0001 00 00 6a000000 00000008
            0000000100000005 00000000
            """
        ),
        Response(
            "next transaction, digest",
            OpCode.GetNextTransactionId,
            ResponseCode.Success,
            OpFlags.ReturnDigest,
            new NextTransactionResponse(s_md5, 0x100000005),
            """
            020b 02 0b 00000000 00000001 00000000 00000035
            000003e8 00000001 99800000 0001 00 00 6a000000 00000019
            01 000102030405060708090a0b0c0d0e0f 0000000100000005 00000000
            """
        ),
    ];

    /// <summary>Requests are written in 2.10 and responses in 2.11; both suggest 2.11.</summary>
    public Envelope Envelope =>
        new()
        {
            Version = new ProtocolVersion(2, Header.ResponseCode == ResponseCode.None ? (byte)10 : (byte)11),
            Suggested = new ProtocolVersion(2, 11),
            RequestId = 1,
        };

    public byte[] Write()
    {
        var body = new ArrayBufferWriter<byte>();
        if (Body is not null)
        {
            s_codecs[Body.GetType()].Write(Body, body);
        }
        var message = new ArrayBufferWriter<byte>();
        HandleMessage.Write(message, Envelope, Header, body.WrittenSpan);
        return message.WrittenSpan.ToArray();
    }

    /// <summary>The body of a message, read as what this one has; null where it cannot be.</summary>
    public object? Read(HandleMessage message) => s_codecs[Body!.GetType()].Read(message);

    public override string ToString() => Name;

    private static MessageCase Request(string name, OpCode op, object? body, string hex) =>
        new(
            name,
            new MessageHeader
            {
                OpCode = op,
                Flags = (OpFlags)0x19000000,
                SiteSerial = 0xFFFF,
                Expiration = 0x6A000000,
            },
            body,
            hex
        );

    private static MessageCase Response(
        string name,
        OpCode op,
        ResponseCode code,
        OpFlags flags,
        object body,
        string hex
    ) =>
        new(
            name,
            new MessageHeader
            {
                OpCode = op,
                ResponseCode = code,
                Flags = (OpFlags)0x99000000 | flags,
                SiteSerial = 1,
                Expiration = 0x6A000000,
            },
            body,
            hex
        );

    private static Codec Of<T>(Reading<T> read, Writing<T> write) =>
        new(
            message => read(message.Body.Span, out var body) ? body : null,
            (body, output) => write((T)body, new WireWriter(output))
        );

    private static Codec OfResponse<T>(ReadingResponse<T> read, Writing<T> write) =>
        new(
            message =>
                read(message.Body.Span, message.Header.Flags.HasFlag(OpFlags.ReturnDigest), out var body) ? body : null,
            (body, output) => write((T)body, new WireWriter(output))
        );

    private static byte[] Counted(int length) => [.. Enumerable.Range(0, length).Select(i => (byte)i)];

    private sealed record Codec(Func<HandleMessage, object?> Read, Action<object, ArrayBufferWriter<byte>> Write);
}
