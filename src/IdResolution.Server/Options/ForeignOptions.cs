using System.Net;
using IdResolution.Core.Primitives;

namespace IdResolution.Server.Options;

/// <summary>The section <c>Foreign</c>: how the node resolves identifiers with other companies' prefixes.</summary>
internal sealed class ForeignOptions
{
    /// <summary>ADDR:PORT of a recursive node that resolves foreign prefixes. Empty: no such node.</summary>
    public string Recursive { get; set; } = "";

    /// <summary>ADDR:PORT of each root server, used to find foreign prefixes without a recursive node.</summary>
    public List<string> Roots { get; set; } = [];

    /// <summary>
    /// Loopback, private or link-local networks that outgoing requests may go to, such as 10.1.0.0/16.
    /// </summary>
    public List<string> Allowed { get; set; } = [];

    /// <summary>The longest time for the resolution of a foreign identifier, in seconds.</summary>
    public int TimeoutSeconds { get; set; } = 5;

    /// <summary>The most foreign records in memory. Each is kept as long as its values live. 0 keeps none.</summary>
    public int CacheEntries { get; set; } = 10_000;

    /// <summary>True if foreign records are refused unless their values are signed (HS_SIGNATURE).</summary>
    public bool RequireSignatures { get; set; }

    internal void Validate(List<Text> errors)
    {
        if (Recursive.Length > 0 && !NodeOptions.TryEndPoint(Recursive, out _))
        {
            errors.Add(
                new(
                    $"Foreign:Recursive: '{Recursive}' must be ADDR:PORT, such as 203.0.113.20:2641.",
                    $"Foreign:Recursive：'{Recursive}' 应为 地址:端口，例如 203.0.113.20:2641。"
                )
            );
        }
        foreach (var root in Roots.Where(r => !NodeOptions.TryEndPoint(r, out _)))
        {
            errors.Add(
                new(
                    $"Foreign:Roots: '{root}' must be ADDR:PORT, such as 203.0.113.30:2641.",
                    $"Foreign:Roots：'{root}' 应为 地址:端口，例如 203.0.113.30:2641。"
                )
            );
        }
        foreach (var network in Allowed.Where(n => !IPNetwork.TryParse(n, out _) && !IPAddress.TryParse(n, out _)))
        {
            errors.Add(
                new(
                    $"Foreign:Allowed: '{network}' must be an IP address or a network, such as 10.1.0.0/16.",
                    $"Foreign:Allowed：'{network}' 应为 IP 地址或网段，例如 10.1.0.0/16。"
                )
            );
        }
        if (TimeoutSeconds is < 1 or > 60)
        {
            errors.Add(
                new(
                    $"Foreign:TimeoutSeconds: {TimeoutSeconds} must be 1 to 60.",
                    $"Foreign:TimeoutSeconds：{TimeoutSeconds} 应为 1 至 60。"
                )
            );
        }
        if (CacheEntries is < 0 or > 10_000_000)
        {
            errors.Add(
                new(
                    $"Foreign:CacheEntries: {CacheEntries} must be 0 to 10000000.",
                    $"Foreign:CacheEntries：{CacheEntries} 应为 0 至 10000000。"
                )
            );
        }
    }
}
