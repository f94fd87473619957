using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using IdResolution.Server.Caching;

namespace IdResolution.Server.Tests.Attacks;

/// <summary>
/// A server that keeps to the form of Redis' protocol (RESP 2) and knows what a node asks of it: scripts, reads, and
/// what a client asks when it connects. A test says what it lies about.
/// </summary>
internal sealed class LyingRedis : IDisposable
{
    private static readonly string[] s_handshake =
    [
        "CLIENT",
        "CONFIG",
        "INFO",
        "PING",
        "ECHO",
        "SUBSCRIBE",
        "UNSUBSCRIBE",
        "CLUSTER",
        "SENTINEL",
        "AUTH",
        "HELLO",
    ];

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<string, string> _scripts = new();
    private readonly ConcurrentDictionary<string, byte[]> _values = new();
    private int _lies;
    private int _loaded;

    private readonly X509Certificate2? _certificate;

    /// <param name="certificate">The certificate of a server that speaks TLS; null for one that does not.</param>
    public LyingRedis(X509Certificate2? certificate = null)
    {
        _certificate = certificate;
        _listener.Start();
        _ = AcceptAsync();
    }

    public string Configuration => $"127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    /// <summary>How a command is answered in place of the truth; null for the truth, empty for never.</summary>
    public Func<string, byte[]?>? Lie { get; set; }

    /// <summary>Changes the values that a read of many is answered with.</summary>
    public Func<IReadOnlyList<byte[]?>, IReadOnlyList<byte[]?>> Read { get; set; } = static values => values;

    /// <summary>How often a lie was told.</summary>
    public int Lies => Volatile.Read(ref _lies);

    /// <summary>What is kept under keys of records.</summary>
    public int Records => _values.Keys.Count(static k => k.Contains(":r:", StringComparison.Ordinal));

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Stop();
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The end.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var served = client;
        try
        {
            var stream = await SecuredAsync(client.GetStream());
            var input = new BufferedStream(stream, 1 << 16);
            while (await CommandAsync(input) is { } command)
            {
                var name = Text(command[0]).ToUpperInvariant();
                var answer = Lie?.Invoke(name);
                if (answer is null)
                {
                    answer = Answer(name, command);
                }
                else
                {
                    Interlocked.Increment(ref _lies);
                }
                await stream.WriteAsync(answer, _stop.Token);
            }
        }
        catch (Exception e)
            when (e is OperationCanceledException or IOException or ObjectDisposedException or AuthenticationException)
        {
            // The other end, or this one, is gone.
        }
    }

    private async Task<Stream> SecuredAsync(Stream stream)
    {
        if (_certificate is null)
        {
            return stream;
        }
        var secured = new SslStream(stream);
        await secured.AuthenticateAsServerAsync(
            new SslServerAuthenticationOptions { ServerCertificate = _certificate },
            _stop.Token
        );
        return secured;
    }

    /// <summary>True for commands that a client sends when it connects, before those of the node.</summary>
    public static bool IsHandshake(string name) => s_handshake.Contains(name);

    private byte[] Answer(string name, List<byte[]> command)
    {
        switch (name)
        {
            case "INFO":
                return Bulk("redis_version:7.0.0\r\nrole:master\r\nredis_mode:standalone\r\n"u8.ToArray());
            case "PING":
                return command.Count > 1 ? Bulk(command[1]) : "+PONG\r\n"u8.ToArray();
            case "ECHO":
                return Bulk(command[1]);
            case "CONFIG" or "SENTINEL":
                return "*0\r\n"u8.ToArray();
            case "CLUSTER":
                return "-ERR This instance has cluster support disabled\r\n"u8.ToArray();
            case "CLIENT" when Text(command[1]).Equals("ID", StringComparison.OrdinalIgnoreCase):
                return ":1\r\n"u8.ToArray();
            case "SUBSCRIBE":
                return [.. "*3\r\n"u8, .. Bulk("subscribe"u8.ToArray()), .. Bulk(command[1]), .. ":1\r\n"u8];
            case "PUBLISH":
                return ":0\r\n"u8.ToArray();
            case "GET":
                return Bulk(_values.GetValueOrDefault(Text(command[1])));
            case "MGET":
                return Many(Read([.. command.Skip(1).Select(k => _values.GetValueOrDefault(Text(k)))]));
            case "SCRIPT":
                // Clients name a script by what the server calls it; forty hexadecimal digits will do.
                var sha = string.Create(CultureInfo.InvariantCulture, $"{Interlocked.Increment(ref _loaded):x40}");
                _scripts[sha] = Text(command[2]);
                return Bulk(Encoding.ASCII.GetBytes(sha));
            case "EVAL":
                return Run(Text(command[1]), command);
            case "EVALSHA":
                return _scripts.TryGetValue(Text(command[1]).ToLowerInvariant(), out var script)
                    ? Run(script, command)
                    : "-NOSCRIPT No matching script.\r\n"u8.ToArray();
            default:
                return "+OK\r\n"u8.ToArray();
        }
    }

    private byte[] Run(string script, List<byte[]> command)
    {
        var key = Text(command[3]);
        var held = _values.GetValueOrDefault(key);
        if (script == RedisScripts.ReadCursor)
        {
            var now = DateTimeOffset.UtcNow;
            return
            [
                .. "*3\r\n"u8,
                .. Bulk(held),
                .. Bulk(Encoding.ASCII.GetBytes(now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture))),
                .. Bulk(Encoding.ASCII.GetBytes((now.Millisecond * 1000).ToString(CultureInfo.InvariantCulture))),
            ];
        }
        if (script == RedisScripts.MoveCursor)
        {
            if (!(held ?? []).AsSpan().SequenceEqual(command[4]))
            {
                return ":0\r\n"u8.ToArray();
            }
            _values[key] = command[5];
            return ":1\r\n"u8.ToArray();
        }
        if (script == RedisScripts.OfferHead)
        {
            _values[key] = command[6];
            return Bulk(command[6]);
        }
        var isOlder =
            held?.Length >= 9
            && BinaryPrimitives.ReadInt64BigEndian(held.AsSpan(1)) > BinaryPrimitives.ReadInt64BigEndian(command[4]);
        if (isOlder)
        {
            return ":0\r\n"u8.ToArray();
        }
        _values[key] = command[5];
        return ":1\r\n"u8.ToArray();
    }

    private static byte[] Many(IReadOnlyList<byte[]?> values) =>
        [.. Encoding.ASCII.GetBytes($"*{values.Count}\r\n"), .. values.SelectMany(Bulk)];

    private static byte[] Bulk(byte[]? value) =>
        value is null
            ? "$-1\r\n"u8.ToArray()
            : [.. Encoding.ASCII.GetBytes($"${value.Length}\r\n"), .. value, .. "\r\n"u8];

    private static string Text(byte[] bytes) => Encoding.Latin1.GetString(bytes);

    private static async Task<List<byte[]>?> CommandAsync(Stream input)
    {
        if (await LineAsync(input) is not { } start)
        {
            return null;
        }
        var command = new List<byte[]>();
        for (var i = int.Parse(start[1..], CultureInfo.InvariantCulture); i > 0; i--)
        {
            var length = int.Parse((await LineAsync(input))![1..], CultureInfo.InvariantCulture);
            var bytes = new byte[length + 2];
            await input.ReadExactlyAsync(bytes);
            command.Add(bytes[..length]);
        }
        return command;
    }

    private static async Task<string?> LineAsync(Stream input)
    {
        var line = new StringBuilder();
        var one = new byte[1];
        while (true)
        {
            if (await input.ReadAsync(one) == 0)
            {
                return null;
            }
            if (one[0] == '\n')
            {
                return line.ToString().TrimEnd('\r');
            }
            line.Append((char)one[0]);
        }
    }
}
