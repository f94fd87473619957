using System.Globalization;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Coherence;
using IdResolution.Core.Upstream;
using IdResolution.Server.Caching;
using IdResolution.Server.Hosting.Telemetry;
using IdResolution.Server.Http;
using IdResolution.Storage.Sql;

namespace IdResolution.Server.Hosting;

/// <summary>
/// Answers <c>/readyz</c> and gRPC's health check: is the node ready, and which parts of it are degraded. Thread-safe.
/// </summary>
internal sealed class Readiness(
    NodeStore store,
    LogFollower tail,
    IEnumerable<LogReader> readers,
    HoldGauges holds,
    RedisRecordCache? redis = null
) : IReadiness
{
    // The part of the write queue that may be full before the node counts as degraded. A full queue refuses writes.
    private const double Crowded = 0.8;

    // From this age of the log on, answers from the cache may be stale.
    private static readonly TimeSpan StaleAfter = TimeSpan.FromSeconds(2);

    // From this age of the log on, the node is not ready.
    private static readonly TimeSpan NotReadyAfter = TimeSpan.FromSeconds(5);

    private volatile bool _stopping;

    /// <inheritdoc/>
    public bool IsReady => tail.Age <= NotReadyAfter && !_stopping;

    /// <summary>Makes the node not ready for the rest of its life.</summary>
    public void Stop() => _stopping = true;

    /// <summary>Answers <c>/readyz</c>: 200 or 503, with a line for each part that is degraded.</summary>
    public IResult Answer()
    {
        var lines = new List<string>();
        AddParts(lines);
        AddReaders(lines);
        lines.Insert(0, InShort(isDegraded: lines.Count > 0));
        AddHolds(lines);
        return Results.Text(
            string.Join('\n', lines) + "\n",
            statusCode: IsReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable
        );
    }

    private string InShort(bool isDegraded)
    {
        if (!IsReady)
        {
            return "not ready";
        }
        return isDegraded ? "degraded" : "ok";
    }

    private void AddParts(List<string> lines)
    {
        if (_stopping)
        {
            lines.Add("stopping: the node is about to end; requests are still answered");
        }
        if (store.IsMoved)
        {
            lines.Add(
                "database: its file was moved, deleted or replaced while the node runs; writes are refused. Stop the "
                    + "node, put the file back that it shall go on with, and start it"
            );
        }
        else if (tail.Age > StaleAfter)
        {
            lines.Add(
                $"database: no answer for {tail.Age.TotalSeconds:0} s; cached records are served, marked stale; "
                    + "writes are refused"
            );
        }
        if (tail.IsRestored)
        {
            lines.Add(
                "log: the store came back from a backup; answers are marked stale and writes are refused until the "
                    + "next log begins: idnode log restart"
            );
        }
        if (store.QueueDepth > Crowded * NodeStore.MaxQueue)
        {
            lines.Add($"writes: {store.QueueDepth} are waiting; beyond {NodeStore.MaxQueue} they are refused");
        }
        if (store.IsReplicaAway)
        {
            lines.Add("replica: no answer; the primary is asked instead");
        }
        if (redis?.Status is { IsDegraded: true, Reason: var reason })
        {
            lines.Add($"redis: {reason}; the store is asked instead");
        }
    }

    // Nothing is wrong with it: the items that holds did not reach yet are used meanwhile.
    private void AddHolds(List<string> lines)
    {
        if (holds.Spreading is > 0 and var spreading)
        {
            lines.Add(
                $"holds: {spreading} did not reach yet everything made from their items; they go on by themselves"
            );
        }
    }

    private void AddReaders(List<string> lines)
    {
        foreach (var reader in readers.Where(static r => r.Reads))
        {
            if (reader.Name == UpstreamReader.ReaderName)
            {
                AddUpstream(lines, reader);
                continue;
            }
            if (reader.Failure is not null)
            {
                lines.Add(
                    $"log reader {reader.Name}: it failed the last time, {reader.Lag(tail.Head)} behind the log; "
                        + "it tries again by itself"
                );
            }
            if (reader.DeadLetters > 0)
            {
                lines.Add(
                    $"log reader {reader.Name}: entries set aside: {reader.DeadLetters}; idnode readers --dead "
                        + $"{reader.Name} names them"
                );
            }
        }
    }

    // Where it is and what it said is not for everybody who may ask here.
    private void AddUpstream(List<string> lines, LogReader reader)
    {
        if (reader.Failure is { } failure)
        {
            var why = failure switch
            {
                UpstreamException { IsForbidden: true } => "it gives this node no right to the prefix",
                LaterException => "no answer, or a failure",
                _ => "sending failed",
            };
            lines.Add(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"upstream: {why}, since {reader.FailingSince:yyyy-MM-dd HH:mm:ss'Z'}; registrations go on; "
                        + $"entries that wait: {reader.Lag(tail.Head)}; idnode upstream status says why"
                )
            );
        }
        if (reader.DeadLetters > 0)
        {
            lines.Add($"upstream: records refused: {reader.DeadLetters}; idnode upstream letters names them");
        }
    }
}
