using System.Buffers;
using System.Security.Cryptography;
using IdResolution.HandleProtocol.Client;
using IdResolution.HandleProtocol.Keys;
using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Security;
using IdResolution.HandleProtocol.Values;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.Server.Tests.Handle;

/// <summary>A session as a client has it: its messages signed and encrypted as a test says.</summary>
internal sealed class TestSession(HandleWire wire, int id, SessionKey key, ProtocolVersion version)
{
    public int Id => id;

    public SessionKey Key => key;

    /// <summary>Sets a session up; with <see cref="SessionMode.ServerKey"/> the client chooses the algorithm.</summary>
    public static async Task<TestSession> SetUpAsync(
        HandleWire wire,
        SessionMode mode,
        KeyPair keyPair,
        ValueReference keyHandle,
        ProtocolVersion? version = null,
        SessionKeyAlgorithm algorithm = SessionKeyAlgorithm.Aes
    )
    {
        var spoken = version ?? ProtocolVersion.Current;
        var ours = DiffieHellmanKeyPair.Generate();
        var publicKey = mode switch
        {
            SessionMode.ClientKey => keyPair.PublicKey.ToData(),
            SessionMode.DiffieHellman => ours.PublicKey.ToData(),
            _ => [],
        };
        var answer = await wire.AskAsync(
            OpCode.SessionSetup,
            new SessionSetupRequest(
                mode,
                3_600,
                keyHandle,
                publicKey,
                mode == SessionMode.HandleKey ? keyHandle : null
            ).Write,
            version: spoken
        );
        Assert.That(answer.Header.ResponseCode, Is.EqualTo(ResponseCode.Success));
        Assert.That(SessionSetupResponse.TryRead(answer.Body.Span, digestPresent: false, out var setUp), Is.True);
        var id = answer.Envelope.SessionId;
        switch (mode)
        {
            case SessionMode.DiffieHellman:
                Assert.That(
                    DiffieHellmanKeyPair.TryReadResponse(setUp!.Data, spoken, out var agreed, out var theirs),
                    Is.True
                );
                Assert.That(ours.TryAgree(theirs!, agreed, out var shared), Is.True);
                return new TestSession(wire, id, shared!, spoken);
            case SessionMode.ServerKey:
                Assert.That(PublicKey.TryRead(setUp!.Data, out var server), Is.True);
                var chosen = SessionKey.Generate(algorithm);
                var exchanged = await wire.AskAsync(
                    OpCode.SessionExchangeKey,
                    new SessionKeyExchange(chosen.EncryptFor((RsaPublicKey)server!, spoken)).Write,
                    sessionId: id,
                    version: spoken
                );
                Assert.That(exchanged.Header.ResponseCode, Is.EqualTo(ResponseCode.Success));
                return new TestSession(wire, id, chosen, spoken);
            default:
                return new TestSession(wire, id, SessionKey.Decrypt(setUp!.Data, keyPair), spoken);
        }
    }

    /// <summary>Sends a request signed with the session's key, and reads its response.</summary>
    /// <param name="counter">The number of the message in the session.</param>
    /// <param name="operation">What is asked for.</param>
    /// <param name="body">The body.</param>
    /// <param name="spoken">The version that it is written and signed in; it suggests that of the session.</param>
    /// <param name="flags">Its flags.</param>
    /// <param name="signedIn">Another version to sign in.</param>
    public async Task<HandleMessage> SignedAsync(
        int counter,
        OpCode operation,
        BodyWriter body,
        ProtocolVersion? spoken = null,
        OpFlags flags = OpFlags.PublicOnly,
        ProtocolVersion? signedIn = null
    )
    {
        var plain = HandleWire.Message(operation, body, flags, id, version, counter);
        Assert.That(
            Envelope.TryRead(plain, out var envelope) && HandleMessage.TryParse(envelope, plain.AsMemory(20), out _),
            Is.True
        );
        HandleMessage.TryParse(envelope, plain.AsMemory(20), out var message);
        envelope = envelope with { Version = spoken ?? version };
        var credential = Credential.Authenticate(
            envelope with
            {
                Version = signedIn ?? envelope.Version,
            },
            message!.Header,
            message.Body.Span,
            key,
            counter
        );
        var output = new ArrayBufferWriter<byte>();
        HandleMessage.Write(output, envelope, message.Header, message.Body.Span, credential);
        await wire.SendAsync(output.WrittenMemory);
        return (await wire.ReadAsync())!;
    }

    /// <summary>Sends an encrypted request and reads its response, which is encrypted too.</summary>
    public async Task<HandleMessage> EncryptedAsync(OpCode operation, BodyWriter body)
    {
        var plain = HandleWire.Message(operation, body, sessionId: id, version: version);
        Assert.That(Envelope.TryRead(plain, out var envelope), Is.True);
        await SendEncryptedAsync(envelope, SessionCipher.Encrypt(key, version, plain.AsSpan(20)));
        return await ReadEncryptedAsync();
    }

    /// <summary>Sends an encrypted request that the node cannot read, and reads the response.</summary>
    public async Task<HandleMessage> UnreadAsync(OpCode operation, BodyWriter body)
    {
        var plain = HandleWire.Message(operation, body, sessionId: id, version: version);
        Assert.That(Envelope.TryRead(plain, out var envelope), Is.True);
        await SendEncryptedAsync(envelope, SessionCipher.Encrypt(key, version, plain.AsSpan(20)));
        return (await wire.ReadAsync())!;
    }

    /// <summary>Sends what nobody encrypted, and reads the response.</summary>
    public async Task<HandleMessage> SpoiledAsync()
    {
        await SendEncryptedAsync(
            new Envelope
            {
                Version = version,
                Suggested = version,
                SessionId = id,
                RequestId = 1,
            },
            RandomNumberGenerator.GetBytes(50)
        );
        return (await wire.ReadAsync())!;
    }

    /// <summary>Reads an encrypted response.</summary>
    public async Task<HandleMessage> ReadEncryptedAsync()
    {
        var (envelope, message) = await wire.ReadBytesAsync() ?? throw new EndOfStreamException("No answer.");
        Assert.That(envelope.Flags.HasFlag(EnvelopeFlags.Encrypted), Is.True);
        Assert.That(SessionCipher.TryDecrypt(key, version, message, out var clear), Is.True);
        Assert.That(HandleMessage.TryParse(envelope, clear, out var answer), Is.True);
        return answer!;
    }

    private async Task SendEncryptedAsync(Envelope envelope, byte[] secret)
    {
        var whole = new byte[20 + secret.Length];
        (envelope with { Flags = EnvelopeFlags.Encrypted, MessageLength = (uint)secret.Length }).Write(whole);
        secret.CopyTo(whole, 20);
        await wire.SendAsync(whole);
    }
}
