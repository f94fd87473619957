using System.Security.Cryptography;
using System.Text;
using IdResolution.HandleProtocol.Client;
using IdResolution.HandleProtocol.Keys;
using IdResolution.HandleProtocol.Keys.Sm;
using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Security;
using IdResolution.HandleProtocol.Values;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.Server.Tests.Handle;

/// <summary>Public keys of every kind that answer challenges, and the login of Teleinfo's client.</summary>
[TestFixture]
internal sealed class KeyKindTests : HandleFixture
{
    protected override bool IsLegacy => true;

    private const int Chosen = 10_001;

    [Test]
    public async Task Challenge_AnsweredByAPublicKeyOfEachKind_LetsInItsHolderAlone(
        [Values("RSA", "RSA PEM", "DSA", "SM2", "SM2 PEM")] string kind,
        [Values(6, 11)] byte minor
    )
    {
        using var key = PairOf(kind);
        using var other = PairOf(kind);
        var user = await UserAsync(
            kind.EndsWith("PEM", StringComparison.Ordinal)
                ? Encoding.ASCII.GetBytes(PemOf(key))
                : key.PublicKey.ToData()
        );
        var handle = await CreateAsync(Value(1, "URL", "x"), AdminValue(100, AdminPermissions.All, user));

        var forged = await DeleteAsync(handle, user, other, minor);
        var right = await DeleteAsync(handle, user, key, minor);

        Assert.That((forged, right), Is.EqualTo((ResponseCode.AuthenticationFailed, ResponseCode.Success)));
    }

    [Test]
    public async Task Challenge_AnsweredBySm9_IsToldThatItIsNotSupported()
    {
        var user = await UserAsync([.. Array("SM9_PUB_KEY"), 0, 0, .. Array("-----BEGIN PUBLIC KEY-----")]);
        var handle = await CreateAsync(Value(1, "URL", "x"), AdminValue(100, AdminPermissions.All, user));

        Assert.That(await DeleteAsync(handle, user, KeyPair, 11), Is.EqualTo(ResponseCode.InvalidCredential));
    }

    [Test]
    public async Task Login_WithWhatTeleinfosClientAppends_IsTakenAndItsDigestCoversAll()
    {
        using var wire = await ConnectAsync();
        using var key = Sm2KeyPair.Generate();
        var user = await UserAsync(Encoding.ASCII.GetBytes(PemOf(key)));
        var handle = await CreateAsync(Value(1, "URL", "x"), AdminValue(100, AdminPermissions.All, user));
        var version = new ProtocolVersion(2, 10);
        void Body(WireWriter writer)
        {
            new LoginRequest(user).Write(writer);
            writer.Array("an auth text"u8);
            writer.Int32(7);
        }
        var sent = HandleWire.Message(OpCode.Login, Body, OpFlags.Recursive | OpFlags.ReturnDigest, Chosen, version);

        var challenged = await wire.AskAsync(
            OpCode.Login,
            Body,
            OpFlags.Recursive | OpFlags.ReturnDigest,
            Chosen,
            version
        );
        Assert.That(Challenge.TryRead(challenged.Body.Span, out var challenge), Is.True);
        var proof = PublicKeyProof.Make(key, challenge!.Nonce, challenge.Digest.Digest.Span, version, user.Handle);
        var loggedIn = await wire.AskAsync(
            OpCode.ChallengeAnswer,
            new ChallengeAnswer(PublicKeyProof.Type, user, proof).Write,
            OpFlags.Recursive | OpFlags.ReturnDigest,
            Chosen,
            version
        );
        // As its resolutions do, with an empty text behind.
        var read = await wire.AskAsync(
            OpCode.Resolution,
            writer => WriteTrailed(writer, new ResolutionRequest(handle, [], []).Write),
            sessionId: Chosen,
            version: version
        );
        var deleted = await wire.AskAsync(
            OpCode.DeleteHandle,
            new OneHandleRequest(handle).Write,
            sessionId: Chosen,
            version: version
        );

        Assert.That(challenge.Digest, Is.EqualTo(RequestDigest.Of(sent.AsSpan(20, sent.Length - 24), version)));
        Assert.That(
            (loggedIn.Header.OpCode, loggedIn.Header.ResponseCode),
            Is.EqualTo((OpCode.Login, ResponseCode.Success))
        );
        Assert.That(
            (read.Header.ResponseCode, deleted.Header.ResponseCode),
            Is.EqualTo((ResponseCode.Success, ResponseCode.Success))
        );
    }

    private static void WriteTrailed(WireWriter writer, BodyWriter body)
    {
        body(writer);
        writer.Array([]);
    }

    private async Task<ValueReference> UserAsync(byte[] publicKey) =>
        new(
            await CreateAsync(
                new HandleValue
                {
                    Index = 300,
                    Type = "HS_PUBKEY",
                    Data = publicKey,
                }
            ),
            300
        );

    private async Task<ResponseCode> DeleteAsync(string handle, ValueReference user, KeyPair key, byte minor)
    {
        using var wire = await ConnectAsync();
        var version = new ProtocolVersion(2, minor);
        var challenged = await wire.AskAsync(OpCode.DeleteHandle, new OneHandleRequest(handle).Write, version: version);
        Assert.That(Challenge.TryRead(challenged.Body.Span, out var challenge), Is.True);
        var proof = PublicKeyProof.Make(key, challenge!.Nonce, challenge.Digest.Digest.Span, version, user.Handle);
        return (
            await wire.AskAsync(
                OpCode.ChallengeAnswer,
                new ChallengeAnswer(PublicKeyProof.Type, user, proof).Write,
                sessionId: challenged.Envelope.SessionId,
                version: version
            )
        )
            .Header
            .ResponseCode;
    }

    private static KeyPair PairOf(string kind) =>
        kind[..3] switch
        {
            "DSA" => new DsaKeyPair(),
            "SM2" => Sm2KeyPair.Generate(),
            _ => KeyPair.Generate(),
        };

    private static string PemOf(KeyPair key)
    {
        if (key.PublicKey is Sm2PublicKey sm2)
        {
            return sm2.ToPem();
        }
        using var rsa = RSA.Create();
        rsa.ImportFromPem(key.ToPem());
        return rsa.ExportSubjectPublicKeyInfoPem();
    }

    private static byte[] Array(string text) => [0, 0, 0, (byte)text.Length, .. Encoding.ASCII.GetBytes(text)];
}
