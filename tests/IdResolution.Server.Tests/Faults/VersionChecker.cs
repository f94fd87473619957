using System.Collections.Concurrent;
using System.Diagnostics;

namespace IdResolution.Server.Tests.Faults;

/// <summary>
/// Knows when which version of an identifier was acknowledged, and holds what is read against it. The bound is that of
/// a node that did not write; who wrote sees its own writes at once.
/// </summary>
internal sealed class VersionChecker(TimeSpan bound)
{
    private readonly List<(long Time, long Version)> _acknowledged = [];
    private readonly ConcurrentQueue<string> _faults = new();
    private long _reads;

    public IReadOnlyCollection<string> Faults => _faults;

    public long Reads => Volatile.Read(ref _reads);

    public long Writes { get; private set; }

    /// <summary>A version was acknowledged.</summary>
    public void Acknowledged(long version)
    {
        lock (_acknowledged)
        {
            _acknowledged.Add((Stopwatch.GetTimestamp(), version));
            Writes++;
        }
    }

    /// <summary>The least version that a read may give that begins now.</summary>
    /// <param name="own">True on the node that wrote.</param>
    public long LeastNow(bool own)
    {
        var latest = Stopwatch.GetTimestamp() - (own ? 0 : (long)(bound.TotalSeconds * Stopwatch.Frequency));
        lock (_acknowledged)
        {
            for (var i = _acknowledged.Count - 1; i >= 0; i--)
            {
                if (_acknowledged[i].Time <= latest)
                {
                    return _acknowledged[i].Version;
                }
            }
            return 0;
        }
    }

    /// <summary>
    /// Holds a version that was read against the least when the read began, and against what the same caller saw before
    /// on the same node.
    /// </summary>
    public void Check(string reader, long version, long least, ref long seen)
    {
        Interlocked.Increment(ref _reads);
        if (version < least)
        {
            _faults.Enqueue($"{reader} got version {version}, {least} was acknowledged before the bound.");
        }
        if (version < seen)
        {
            _faults.Enqueue($"{reader} got version {version} after {seen}.");
        }
        seen = Math.Max(seen, version);
    }
}
