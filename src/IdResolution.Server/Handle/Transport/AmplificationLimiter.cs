using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using IdResolution.Core.Access;

namespace IdResolution.Server.Handle.Transport;

/// <summary>
/// Prevents amplification attacks over UDP, in which an attacker forges the victim's address as the source. The bytes
/// of an answer beyond ten times its request are taken from a token bucket of the source (an IPv4 address or an IPv6
/// /64). Loopback is exempt. Memory is fixed, because sources share buckets by hash. Thread-safe.
/// </summary>
internal sealed class AmplificationLimiter(TimeProvider time)
{
    /// <summary>The bytes of an answer that are free for each byte of the request.</summary>
    public const int Factor = 10;

    /// <summary>The size of a bucket in bytes. It allows some answers of the greatest size.</summary>
    public const long BucketBytes = 1 << 20;

    /// <summary>The bytes that a bucket gains per second.</summary>
    public const long BytesPerSecond = 128 << 10;

    private const int Buckets = 1 << 16;

    private readonly long[] _fullAt = new long[Buckets];

    /// <summary>True if loopback is exempt. Other machines cannot forge it.</summary>
    public bool ExemptsLoopback { get; init; } = true;

    /// <summary>Takes the cost of an answer from the source's bucket. False if the bucket holds less.</summary>
    public bool TryTake(SocketAddress source, int requestBytes, int answerBytes)
    {
        var cost = answerBytes - ((long)Factor * requestBytes);
        if (cost <= 0 || (ExemptsLoopback && IsLoopback(source)))
        {
            return true;
        }
        const long TicksPerByte = TimeSpan.TicksPerSecond / BytesPerSecond;
        return TokenBucket.TryTake(
            ref _fullAt[Hash(source) & (Buckets - 1)],
            time,
            cost * TicksPerByte,
            BucketBytes * TicksPerByte,
            out _
        );
    }

    private static int Hash(SocketAddress source)
    {
        var hash = new HashCode();
        hash.AddBytes(Network(source));
        return hash.ToHashCode();
    }

    private static bool IsLoopback(SocketAddress source)
    {
        var network = source.Buffer.Span;
        if (source.Family == AddressFamily.InterNetwork)
        {
            return network[4] == 127;
        }
        var address = network.Slice(8, 16);
        return address.SequenceEqual(IPAddress.IPv6Loopback.GetAddressBytes())
            || (IsMapped(address) && address[12] == 127);
    }

    /// <summary>The part of the address that chooses the bucket (sockaddr_in, sockaddr_in6).</summary>
    private static ReadOnlySpan<byte> Network(SocketAddress source)
    {
        var bytes = source.Buffer.Span;
        if (source.Family == AddressFamily.InterNetwork)
        {
            return bytes.Slice(4, 4);
        }
        var address = bytes.Slice(8, 16);
        return IsMapped(address) ? address[12..] : address[..8];
    }

    private static bool IsMapped(ReadOnlySpan<byte> address) =>
        address[..10].IndexOfAnyExcept((byte)0) < 0 && MemoryMarshal.Read<ushort>(address[10..]) == ushort.MaxValue;
}
