using System.Net;

namespace IdResolution.Server.Options;

/// <summary>Other companies' prefixes.</summary>
internal sealed class ForeignOptions
{
    /// <summary>A recursive node that resolves other companies' prefixes, ADDR:PORT; empty for none.</summary>
    public string Recursive { get; set; } = "";

    /// <summary>
    /// Servers of the root, ADDR:PORT each, from which foreign prefixes are found where there is no recursive node.
    /// </summary>
    public List<string> Roots { get; set; } = [];

    /// <summary>
    /// Addresses and networks that outgoing requests may go to although they are loopback, private or link-local, such
    /// as 10.1.0.0/16.
    /// </summary>
    public List<string> Allowed { get; set; } = [];

    /// <summary>Seconds that the resolution of a foreign identifier may take.</summary>
    public int TimeoutSeconds { get; set; } = 5;

    /// <summary>Foreign records kept in memory for as long as their values live; 0 keeps none.</summary>
    public int CacheEntries { get; set; } = 10_000;

    /// <summary>Whether values of foreign records must be signed (HS_SIGNATURE).</summary>
    public bool RequireSignatures { get; set; }

    internal void Validate(List<string> errors)
    {
        if (Recursive.Length > 0 && !NodeOptions.TryEndPoint(Recursive, out _))
        {
            errors.Add($"Foreign:Recursive: '{Recursive}' must be ADDR:PORT, such as 203.0.113.20:2641.");
        }
        foreach (var root in Roots.Where(r => !NodeOptions.TryEndPoint(r, out _)))
        {
            errors.Add($"Foreign:Roots: '{root}' must be ADDR:PORT, such as 203.0.113.30:2641.");
        }
        foreach (var network in Allowed.Where(n => !IPNetwork.TryParse(n, out _) && !IPAddress.TryParse(n, out _)))
        {
            errors.Add($"Foreign:Allowed: '{network}' must be an IP address or a network, such as 10.1.0.0/16.");
        }
        if (TimeoutSeconds is < 1 or > 60)
        {
            errors.Add($"Foreign:TimeoutSeconds: {TimeoutSeconds} must be 1 to 60.");
        }
        if (CacheEntries is < 0 or > 10_000_000)
        {
            errors.Add($"Foreign:CacheEntries: {CacheEntries} must be 0 to 10000000.");
        }
    }
}
