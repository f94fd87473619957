using System.Net;
using IdResolution.Core.Access;

namespace IdResolution.Server.Handle.Transport;

/// <summary>
/// Prevents amplification attacks over UDP, in which an attacker forges the victim's address as the source. An answer
/// longer than three times its request is taken, all of it, from a budget of the source. Loopback is exempt.
/// Thread-safe.
/// </summary>
internal sealed class AmplificationLimiter(TimeProvider time)
{
    /// <summary>An answer up to so many times the request is free, as in QUIC (RFC 9000 §8.1).</summary>
    public const int Factor = 3;

    /// <summary>The bytes that a source may be sent at once. It allows some answers of the greatest size.</summary>
    public const long BucketBytes = 1 << 20;

    /// <summary>The bytes that a source gains per second.</summary>
    public const long BytesPerSecond = 256 << 10;

    private readonly SourceRates _rates = new(time, BucketBytes, BytesPerSecond);

    /// <summary>True if loopback is exempt. Other machines cannot forge it.</summary>
    public bool ExemptsLoopback { get; init; } = true;

    /// <summary>Takes the cost of an answer from the source's budget. False if it is used up.</summary>
    public bool TryTake(SocketAddress peer, int requestBytes, int answerBytes)
    {
        if (answerBytes <= (long)Factor * requestBytes)
        {
            return true;
        }
        var source = NetworkSource.Of(peer);
        return (ExemptsLoopback && source.IsLoopback) || _rates.TryTake(source, answerBytes, out _);
    }
}
