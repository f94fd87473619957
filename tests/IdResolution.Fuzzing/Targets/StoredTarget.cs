using System.Buffers.Binary;
using System.Net;
using System.Numerics;
using System.Text;
using IdResolution.Core.Access;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Primitives;
using IdResolution.Core.Records;
using IdResolution.Fuzzing.Driver;
using IdResolution.HandleProtocol.Client;
using IdResolution.Server.Caching;
using IdResolution.Server.Hosting.Auditing;
using IdResolution.Server.Options;

namespace IdResolution.Fuzzing.Targets;

/// <summary>
/// What lies in Redis, in files and in the database, and what is sent to a syslog server: entries and cursors of the
/// shared cache, key files, values of records, lists of addresses in settings. The first byte chooses.
/// </summary>
internal sealed class StoredTarget : FuzzTarget
{
    private const int ChecksumAt = 9;
    private const int BodyAt = 13;

    private static readonly LookupKey s_key = LookupKey.Of("88.300/a");

    private static readonly RawValue s_value = new()
    {
        Index = 1,
        Type = "URL",
        Data = [1, 2],
        References = [new Reference("88.300/b", 2)],
    };

    private static readonly StoredRecord s_record = new()
    {
        Object = 1,
        Key = s_key,
        Version = 2,
        Sequence = 3,
        Status = RecordStatus.Active,
        Digest = new byte[32],
        CreatedAt = 4,
        UpdatedAt = 5,
        State = [2, 0, 0],
    };

    public override string Name => "stored";

    public override IReadOnlyList<string> Tokens =>
        [
            "idnode key file 2",
            "digests ",
            "fingerprint ",
            "key ",
            "\n",
            "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
            "=",
            "10.0.0.0/8",
            "::1",
            "2001:db8::/32",
            "/",
            ",",
            "0x0a.1",
            "::ffff:10.0.0.1",
            "\"",
            "]",
            "\\",
            " ",
            "\u0010",
            "\u0011",
            "\u0012",
            "127.0.0.1:2641",
            "[::]:80",
            ":",
            "*:1",
        ];

    public override IEnumerable<byte[]> Seeds()
    {
        yield return Chosen(0, RedisEntry.Encode(s_key, new RecordLookup(s_record, 9)));
        yield return Chosen(0, RedisEntry.Encode(s_key, new RecordLookup(null, 9)));
        yield return Chosen(0, RedisEntry.EncodeMarker(9));
        yield return Chosen(1, new RedisCursor(1, 2, 3, 4).Encode());
        yield return Chosen(2, s_value.Encode());
        yield return Chosen(3, new KeyRing(new byte[32]).ToString());
        yield return Chosen(3, Convert.ToBase64String(new byte[32]));
        yield return Chosen(4, "10.0.0.0/8,2001:db8::/32,127.0.0.1");
        yield return Chosen(5, "ann \"x\"]\\,key,act,88.300/a");
    }

    public override void Take(byte[] input)
    {
        if (input.Length == 0)
        {
            return;
        }
        var bytes = input[1..];
        switch (input[0] % 6)
        {
            case 0:
                Entry(bytes);
                break;
            case 1:
                if (RedisCursor.TryDecode(bytes) is { } cursor)
                {
                    Hold.Same(cursor.Encode(), bytes, "A cursor stays as it is.");
                }
                break;
            case 2:
                if (RawValue.TryDecode(1, bytes, out var value))
                {
                    Hold.Same(value.Encode(), bytes, "A value stays as it is.");
                    Hold.That(value.MessageLength() > value.Data.Length, "A value is longer than its data.");
                    _ = value.ExpiresAt;
                }
                break;
            case 3:
                if (KeyRing.TryParse(Encoding.UTF8.GetString(bytes), out var ring))
                {
                    Hold.That(
                        KeyRing.TryParse(ring.ToString(), out var again),
                        "A key file is read as it was written."
                    );
                    Hold.Same(again.ToString(), ring.ToString(), "A key file stays as it is.");
                }
                break;
            case 4:
                Addresses(Encoding.UTF8.GetString(bytes));
                break;
            default:
                Syslog(Encoding.UTF8.GetString(bytes).Split(','));
                break;
        }
    }

    /// <summary>As it comes, and with its checksum put right.</summary>
    private static void Entry(byte[] bytes)
    {
        Decode(bytes);
        if (bytes.Length >= BodyAt)
        {
            var checksum = Checksum(
                Checksum(Checksum(uint.MaxValue, s_key.Bytes), bytes.AsSpan(0, ChecksumAt)),
                bytes.AsSpan(BodyAt)
            );
            BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(ChecksumAt), checksum);
            Decode(bytes);
        }
    }

    private static void Decode(byte[] bytes)
    {
        if (RedisEntry.TryDecode(s_key, bytes, out var found, out var isForeign))
        {
            Hold.That(!isForeign, "What is decoded is of a node.");
            Hold.Same(RedisEntry.Encode(s_key, found), bytes, "An entry stays as it is.");
        }
    }

    private static uint Checksum(uint checksum, ReadOnlySpan<byte> bytes)
    {
        for (; bytes.Length >= 8; bytes = bytes[8..])
        {
            checksum = BitOperations.Crc32C(checksum, BitConverter.ToUInt64(bytes));
        }
        foreach (var last in bytes)
        {
            checksum = BitOperations.Crc32C(checksum, last);
        }
        return checksum;
    }

    private static void Addresses(string text)
    {
        var entries = text.Split(',');
        if (AddressFilter.TryParse(entries, out var filter, out var wrong))
        {
            Hold.That(wrong is null && filter is not null, "What is read has no fault.");
            _ = filter.Allows(IPAddress.Loopback);
            _ = filter.Allows(IPAddress.IPv6Loopback);
        }
        else
        {
            Hold.That(entries.Contains(wrong), "The fault is named.");
        }
        _ = new ProxyOptions { Proxies = [.. entries] }
            .Networks
            .Count;
        if (NodeOptions.TryEndPoint(text, out var endPoint))
        {
            Hold.That(endPoint.Port is >= 0 and <= 65_535, "An address has a port.");
        }
    }

    /// <summary>RFC 5424, in the frames of RFC 6587.</summary>
    private static void Syslog(string[] parts)
    {
        string Part(int at) => parts[at % parts.Length];
        var line = new AuditEvent(0, Part(0), Part(1), Part(2), AuditEvent.Done)
        {
            Source = Part(3),
            OsUser = Part(4),
            Node = Part(5),
        };
        var framed = SyslogMessage.Framed(line, Part(6));
        var blank = Array.IndexOf(framed, (byte)' ');
        Hold.Same(
            Encoding.ASCII.GetString(framed.AsSpan(0, blank)),
            $"{framed.Length - blank - 1}",
            "A frame has the length that it tells."
        );
        var message = Encoding.UTF8.GetString(framed.AsSpan(blank + 1));
        Hold.Same(Parameter(message, "caller"), line.Caller, "The caller is read as it was.");
        Hold.Same(Parameter(message, "osUser"), line.OsUser, "The user is read as it was.");
        Hold.Same(Parameter(message, "target"), line.Target, "The target is read as it was.");
    }

    private static string Parameter(string message, string name)
    {
        var data = message[message.IndexOf('[', StringComparison.Ordinal)..];
        var at = 0;
        while (true)
        {
            at = data.IndexOf(' ', at) + 1;
            var equals = data.IndexOf("=\"", at, StringComparison.Ordinal);
            var found = data[at..equals];
            var value = new StringBuilder();
            for (at = equals + 2; data[at] != '"'; at++)
            {
                at += data[at] == '\\' ? 1 : 0;
                value.Append(data[at]);
            }
            if (found == name)
            {
                return value.ToString();
            }
        }
    }
}
