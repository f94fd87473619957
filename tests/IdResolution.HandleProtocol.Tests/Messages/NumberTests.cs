using System.Buffers.Binary;
using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Values;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Tests.Messages;

/// <summary>The numbers of the protocol's tables, where they stand in a message.</summary>
[TestFixture]
public sealed class NumberTests
{
    private static readonly Dictionary<OpCode, uint> s_opCodes = new()
    {
        [OpCode.None] = 0,
        [OpCode.Resolution] = 1,
        [OpCode.GetSiteInfo] = 2,
        [OpCode.CreateHandle] = 100,
        [OpCode.DeleteHandle] = 101,
        [OpCode.AddValue] = 102,
        [OpCode.RemoveValue] = 103,
        [OpCode.ModifyValue] = 104,
        [OpCode.ListHandles] = 105,
        [OpCode.ChallengeAnswer] = 200,
        [OpCode.VerifyChallenge] = 201,
        [OpCode.HomePrefix] = 300,
        [OpCode.UnhomePrefix] = 301,
        [OpCode.ListHomedPrefixes] = 302,
        [OpCode.SessionSetup] = 400,
        [OpCode.SessionTerminate] = 401,
        [OpCode.SessionExchangeKey] = 402,
        [OpCode.GetNextTransactionId] = 1000,
        [OpCode.RetrieveTransactionLog] = 1001,
        [OpCode.DumpHandles] = 1002,
        [OpCode.Backup] = 1003,
        [OpCode.PasswordLogin] = 2000,
        [OpCode.Login] = 2001,
    };

    private static readonly Dictionary<ResponseCode, uint> s_responseCodes = new()
    {
        [ResponseCode.None] = 0,
        [ResponseCode.Success] = 1,
        [ResponseCode.Error] = 2,
        [ResponseCode.ServerBusy] = 3,
        [ResponseCode.ProtocolError] = 4,
        [ResponseCode.OperationNotSupported] = 5,
        [ResponseCode.RecursionCountTooHigh] = 6,
        [ResponseCode.ServerBackup] = 7,
        [ResponseCode.HandleNotFound] = 100,
        [ResponseCode.HandleExists] = 101,
        [ResponseCode.InvalidHandle] = 102,
        [ResponseCode.ValuesNotFound] = 200,
        [ResponseCode.ValueExists] = 201,
        [ResponseCode.InvalidValue] = 202,
        [ResponseCode.SiteInfoOutOfDate] = 300,
        [ResponseCode.NotResponsible] = 301,
        [ResponseCode.ServiceReferral] = 302,
        [ResponseCode.PrefixReferral] = 303,
        [ResponseCode.InvalidAdministrator] = 400,
        [ResponseCode.InsufficientPermissions] = 401,
        [ResponseCode.AuthenticationNeeded] = 402,
        [ResponseCode.AuthenticationFailed] = 403,
        [ResponseCode.InvalidCredential] = 404,
        [ResponseCode.AuthenticationTimedOut] = 405,
        [ResponseCode.AuthenticationError] = 406,
        [ResponseCode.NotLoggedIn] = 408,
        [ResponseCode.SessionTimeout] = 500,
        [ResponseCode.SessionFailed] = 501,
        [ResponseCode.InvalidSessionKey] = 502,
        [ResponseCode.RsaKeyNeeded] = 503,
        [ResponseCode.InvalidSessionSetup] = 504,
        [ResponseCode.SessionMessageRejected] = 505,
        [ResponseCode.ClientChannelError] = 601,
        [ResponseCode.ClientTimeout] = 602,
        [ResponseCode.DailyRequestLimit] = 603,
        [ResponseCode.RegistrationLimit] = 604,
        [ResponseCode.PrefixLimit] = 605,
    };

    private static readonly Dictionary<OpFlags, uint> s_opFlags = new()
    {
        [OpFlags.None] = 0,
        [OpFlags.Authoritative] = 0x80000000,
        [OpFlags.Certify] = 0x40000000,
        [OpFlags.Encrypt] = 0x20000000,
        [OpFlags.Recursive] = 0x10000000,
        [OpFlags.CacheCertify] = 0x08000000,
        [OpFlags.Continuous] = 0x04000000,
        [OpFlags.KeepAlive] = 0x02000000,
        [OpFlags.PublicOnly] = 0x01000000,
        [OpFlags.ReturnDigest] = 0x00800000,
        [OpFlags.Overwrite] = 0x00400000,
        [OpFlags.MintSuffix] = 0x00200000,
        [OpFlags.DoNotRefer] = 0x00100000,
        [OpFlags.RecursiveAuthentication] = 0x00000004,
        [OpFlags.Trusted] = 0x00000001,
    };

    private static readonly Dictionary<AdminPermissions, uint> s_adminPermissions = new()
    {
        [AdminPermissions.None] = 0,
        [AdminPermissions.AddHandle] = 0x0001,
        [AdminPermissions.DeleteHandle] = 0x0002,
        [AdminPermissions.AddDerivedPrefix] = 0x0004,
        [AdminPermissions.DeleteDerivedPrefix] = 0x0008,
        [AdminPermissions.ModifyValue] = 0x0010,
        [AdminPermissions.RemoveValue] = 0x0020,
        [AdminPermissions.AddValue] = 0x0040,
        [AdminPermissions.ModifyAdmin] = 0x0080,
        [AdminPermissions.RemoveAdmin] = 0x0100,
        [AdminPermissions.AddAdmin] = 0x0200,
        [AdminPermissions.AuthorizedRead] = 0x0400,
        [AdminPermissions.ListHandles] = 0x0800,
        [AdminPermissions.All] = 0x0FFF,
    };

    private static readonly Dictionary<ValuePermissions, uint> s_valuePermissions = new()
    {
        [ValuePermissions.None] = 0,
        [ValuePermissions.PublicWrite] = 1,
        [ValuePermissions.PublicRead] = 2,
        [ValuePermissions.AdminWrite] = 4,
        [ValuePermissions.AdminRead] = 8,
        [ValuePermissions.Usual] = 0xE,
    };

    [Test]
    public void OpCode_InAHeader_IsItsNumber() => AssertAll(s_opCodes, 0, code => new MessageHeader { OpCode = code });

    [Test]
    public void ResponseCode_InAHeader_IsItsNumber() =>
        AssertAll(s_responseCodes, 4, code => new MessageHeader { ResponseCode = code });

    [Test]
    public void OpFlag_InAHeader_IsItsBit() => AssertAll(s_opFlags, 8, flag => new MessageHeader { Flags = flag });

    [TestCase(EnvelopeFlags.None, "020a 02 0b")]
    [TestCase(EnvelopeFlags.Compressed, "020a 82 0b")]
    [TestCase(EnvelopeFlags.Encrypted, "020a 42 0b")]
    [TestCase(EnvelopeFlags.Truncated, "020a 22 0b")]
    [TestCase(EnvelopeFlags.Compressed | EnvelopeFlags.Encrypted | EnvelopeFlags.Truncated, "020a e2 0b")]
    public void Envelope_OfFlags_IsItsBytes(EnvelopeFlags flags, string start)
    {
        var envelope = new Envelope
        {
            Version = new ProtocolVersion(2, 10),
            Suggested = new ProtocolVersion(2, 11),
            Flags = flags,
            SessionId = 7,
            RequestId = -2,
            Sequence = 3,
            MessageLength = 0x80000001,
        };
        var bytes = Hex.Of(start + "00000007 fffffffe 00000003 80000001");

        var written = new byte[20];
        envelope.Write(written);
        Assert.That(written, Is.EqualTo(bytes));
        Assert.That(Envelope.TryRead(bytes, out var read), Is.True);
        Assert.That(read, Is.EqualTo(envelope));
    }

    [Test]
    public void Header_OfOtherFields_IsItsBytes()
    {
        var header = new MessageHeader
        {
            OpCode = OpCode.Resolution,
            SiteSerial = 0x0102,
            RecursionCount = 3,
            Expiration = 0x80000004,
            BodyLength = 5,
        };
        var bytes = Hex.Of("00000001 00000000 00000000 0102 03 00 80000004 00000005");

        var written = Enumerable.Repeat((byte)0xFF, 24).ToArray();
        header.Write(written);
        Assert.That(written, Is.EqualTo(bytes));
        Assert.That(MessageHeader.TryRead(bytes, out var read), Is.True);
        Assert.That(read, Is.EqualTo(header));
    }

    [Test]
    public void AdminPermission_InHsAdmin_IsItsBit()
    {
        Assert.That(Enum.GetValues<AdminPermissions>(), Is.EquivalentTo(s_adminPermissions.Keys));
        foreach (var (permission, number) in s_adminPermissions)
        {
            var bytes = Hex.Of($"{number:x4} 00000001 61 000000c8");
            Assert.That(new AdminRecord(permission, new ValueReference("a", 200)).ToData(), Is.EqualTo(bytes));
            Assert.That(AdminRecord.TryRead(bytes, out var read), Is.True);
            Assert.That(read, Is.EqualTo(new AdminRecord(permission, new ValueReference("a", 200))));
        }
    }

    [Test]
    public void ValuePermission_InAValue_IsItsBit()
    {
        Assert.That(Enum.GetValues<ValuePermissions>(), Is.EquivalentTo(s_valuePermissions.Keys));
        foreach (var (permission, number) in s_valuePermissions)
        {
            var bytes = Hex.Of($"00000001 00000000 00 00015180 {number:x2} 00000000 00000000 00000000");
            Assert.That(
                Encoded.Of(
                    new HandleValue
                    {
                        Index = 1,
                        Type = "",
                        Data = [],
                        Permissions = permission,
                    }.Write
                ),
                Is.EqualTo(bytes)
            );
            var reader = new WireReader(bytes);
            Assert.That(HandleValue.TryRead(ref reader, out var read), Is.True);
            Assert.That(read!.Permissions, Is.EqualTo(permission));
        }
    }

    private static void AssertAll<T>(Dictionary<T, uint> numbers, int at, Func<T, MessageHeader> header)
        where T : struct, Enum
    {
        Assert.That(Enum.GetValues<T>(), Is.EquivalentTo(numbers.Keys));
        foreach (var (name, number) in numbers)
        {
            var bytes = new byte[24];
            BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(at), number);
            var written = new byte[24];
            header(name).Write(written);
            Assert.That(written, Is.EqualTo(bytes), $"{name}");
            Assert.That(MessageHeader.TryRead(bytes, out var read), Is.True);
            Assert.That(read, Is.EqualTo(header(name)), $"{name}");
        }
    }
}
