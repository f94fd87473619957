using System.Security.Cryptography;
using System.Text;
using IdResolution.Benchmarks.Data;
using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Security;
using IdResolution.HandleProtocol.Values;

namespace IdResolution.Benchmarks.Load;

/// <summary>The attacks, each as one network can do it (docs/security.md).</summary>
internal static class Attacks
{
    /// <summary>The identity whose secret is guessed.</summary>
    public const string User = Item.Prefix + "/ATTACKED";

    /// <summary>A handle whose value 1 anybody may write.</summary>
    public const string Open = Item.Prefix + "/OPEN";

    public const string Secret = "a secret of the benchmarks";

    private const int AtOnce = 64;

    private static readonly byte[] s_endlessHead = Http(
        "POST /api/handles/x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n"
            + "Content-Type: application/x-www-form-urlencoded"
    );

    private static readonly byte[] s_endlessPart =
    [
        .. "10000\r\n"u8,
        .. Enumerable.Repeat((byte)'a', 0x10000),
        .. "\r\n"u8,
    ];

    private static readonly byte[] s_session = Http("POST /api/sessions HTTP/1.1\r\nContent-Length: 0");

    private static readonly byte[] s_guess = HandleRequests.Of(
        OpCode.VerifyChallenge,
        new VerifyRequest(new ValueReference(User, 300), new byte[16], new byte[20], new byte[21]).Write
    );

    private static readonly byte[] s_creation = HandleRequests.Of(
        OpCode.CreateHandle,
        new ValuesRequest(Item.Prefix + "/NEW", [ValueOf("mine")]).Write
    );

    private static readonly byte[] s_openWrite = HandleRequests.Of(
        OpCode.ModifyValue,
        new ValuesRequest(Open, [ValueOf("anybody's")]).Write
    );

    private static readonly byte[] s_siteRequest = HandleRequests.Of(
        OpCode.GetSiteInfo,
        new ResolutionRequest("", [], []).Write
    );

    public static IReadOnlyList<NamedAttack> All { get; } =
    [
        new(
            "attack-bodies",
            "bodies without end are posted to the Handle HTTP interface",
            (attack, at) => attack.SendEndlessly(at.Http, AtOnce, s_endlessHead, s_endlessPart)
        ),
        new(
            "attack-guesses",
            "secrets are guessed, over HTTP and TCP",
            (attack, at) =>
                attack
                    .Ask(at.Http, AtOnce, i => Verification($"{i:D6} as a guess", null))
                    .Ask(at.Handle, AtOnce, _ => s_guess)
        ),
        new(
            "attack-proofs",
            "proofs are asked for that cost most",
            (attack, at) =>
                attack.Ask(
                    at.Http,
                    AtOnce,
                    i => Verification($"{i:D6} as a guess", new KeyStretching(new byte[16], 100_000, 160))
                )
        ),
        new(
            "attack-challenges",
            "challenges are asked for, and not answered",
            (attack, at) => attack.Ask(at.Handle, AtOnce, _ => s_creation)
        ),
        new(
            "attack-sessions",
            "sessions are begun over HTTP",
            (attack, at) => attack.Ask(at.Http, AtOnce, _ => s_session)
        ),
        new(
            "attack-connections",
            "4,000 connections each are held to HTTP and to the Handle port, and made anew when ended",
            (attack, at) => attack.Hold(at.Http, 4_000).Hold(at.Handle, 4_000)
        ),
        new(
            "attack-udp",
            "the longest answer is asked for over UDP",
            (attack, at) => attack.SendPackets(at.Handle, 8, s_siteRequest)
        ),
        new(
            "attack-keys",
            "API keys are tried",
            (attack, at) =>
                attack.Ask(
                    at.Http,
                    AtOnce,
                    i => Http($"GET /api/v1/keys HTTP/1.1\r\nAuthorization: Bearer idr_{i:D40}")
                )
        ),
        new(
            "attack-writes",
            "a value with public write is written without identity",
            (attack, at) => attack.Ask(at.Handle, AtOnce, _ => s_openWrite)
        ),
        new(
            "attack-resets",
            "calls of gRPC are begun and taken back at once",
            (attack, at) => attack.Reset(at.Grpc, AtOnce)
        ),
    ];

    /// <summary>Attacks until standard input ends, and says how often.</summary>
    public static async Task<int> RunAsync(string name, AttackedAddresses at)
    {
        using var stop = Servers.StandardInput.CancelledAtEnd();
        await using var attack = new Attack();
        All.Single(a => a.Name == name).Begin(attack, at);
        Console.WriteLine("ready {}");
        await Task.Delay(Timeout.Infinite, stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Console.WriteLine(attack.Count);
        return 0;
    }

    public static byte[] Http(string head) => Encoding.ASCII.GetBytes(head + "\r\nHost: id.example.com\r\n\r\n");

    /// <summary>A question whether a proof by a secret is right.</summary>
    public static byte[] Verification(string secret, KeyStretching? stretching)
    {
        var nonce = new byte[16];
        var mac = HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), (byte[])[.. nonce, .. nonce]);
        static string Text(byte[] bytes) => Uri.EscapeDataString(Convert.ToBase64String(bytes));
        var how = stretching is { } s
            ? $"PBKDF2-HMAC-SHA1&salt={Text(s.Salt.ToArray())}&iterations={s.Iterations}&length={s.KeyBits}"
            : "HMAC-SHA256";
        return Http(
            $"GET /api/verifications/300:{User}?nonce={Text(nonce)}&cnonce={Text(nonce)}&signature={Text(mac)}"
                + $"&alg={how} HTTP/1.1"
        );
    }

    private static HandleValue ValueOf(string text) =>
        new()
        {
            Index = 1,
            Type = "NOTE",
            Data = Encoding.UTF8.GetBytes(text),
            Permissions = (ValuePermissions)15,
        };
}
