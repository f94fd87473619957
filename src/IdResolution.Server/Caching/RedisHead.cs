using IdResolution.Core.ChangeLog;
using IdResolution.Server.Options;
using StackExchange.Redis;

namespace IdResolution.Server.Caching;

/// <summary>
/// How far any node has seen the log, as Redis knows it: for verbs, which use Redis for nothing else. A store that
/// lacks the entry came back from a backup.
/// </summary>
internal static class RedisHead
{
    // A verb asks once. The first connection of a process takes longer than those of a node that serves.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    /// <summary>The key in Redis.</summary>
    /// <param name="options">The settings of Redis.</param>
    /// <param name="fingerprint">The fingerprint of the key file, which all nodes of a store share.</param>
    public static RedisKey KeyOf(RedisOptions options, string fingerprint) =>
        // Stores that share a namespace by mistake must not take each other for a store that came back from a backup.
        $"{{{options.Namespace}:s2:head:{fingerprint[..16]}}}";

    /// <summary>Reads it; null where Redis is not used, knows nothing, or gives no answer in two seconds.</summary>
    public static async Task<LogPoint?> ReadAsync(
        RedisOptions options,
        string fingerprint,
        CancellationToken cancellationToken
    )
    {
        if (!options.IsUsed)
        {
            return null;
        }
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        ending.CancelAfter(s_patience);
        var opening = RedisConnection.OpenAsync(options, static _ => { });
        try
        {
            var connection = await opening.WaitAsync(ending.Token);
            using (connection)
            {
                var read = connection.Database.StringGetAsync(KeyOf(options, fingerprint));
                return LogPoint.Parse(await read.WaitAsync(ending.Token));
            }
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            // The library throws many types of exceptions. Without Redis the file log.head has to do.
            return null;
        }
    }
}
