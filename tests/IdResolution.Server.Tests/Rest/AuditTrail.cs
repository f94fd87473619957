using System.Security.Cryptography;
using IdResolution.Core.Access;

namespace IdResolution.Server.Tests.Rest;

/// <summary>What single calls to a node leave in its audit log. One call at a time.</summary>
internal sealed class AuditTrail(TestNode server)
{
    private long _last;

    /// <summary>A trace for the next call.</summary>
    public string Trace { get; private set; } = "";

    /// <summary>The header of that trace.</summary>
    public (string Name, string Value) Header => ("traceparent", $"00-{Trace}-b7ad6b7169203331-01");

    /// <summary>Begins a call: what was noted before is not its own.</summary>
    public async Task BeginAsync()
    {
        await LinesAsync();
        Trace = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
    }

    /// <summary>The lines since, but those of the node itself.</summary>
    public async Task<List<AuditEvent>> LinesAsync()
    {
        await server.Node.Auditor.FlushAsync(all: true, CancellationToken.None);
        var lines = await server.Node.Store.Audit.FollowAsync(_last, 1_000, CancellationToken.None);
        _last = lines.Count > 0 ? lines[^1].Id : _last;
        return [.. lines.Where(line => line.Caller != Caller.Node.Name)];
    }
}
