using System.Net;

namespace IdResolution.Server.Options;

/// <summary>What the site record of the Handle protocol says.</summary>
internal sealed class SiteOptions
{
    /// <summary>
    /// The IP address at which Handle clients reach the node; by default the one bound, or the machine's first.
    /// </summary>
    public string? Address { get; set; }

    /// <summary>What the site record says of itself.</summary>
    public string Description { get; set; } = "IdResolution node";

    /// <summary>
    /// The serial number of the site record: raised by the operator whenever the site changes, 0 to 65534.
    /// </summary>
    public int Serial { get; set; } = 1;

    internal void Validate(List<string> errors)
    {
        if (!string.IsNullOrEmpty(Address) && !IPAddress.TryParse(Address, out _))
        {
            errors.Add($"Site:Address: '{Address}' must be an IP address, such as 203.0.113.10.");
        }
        if (Serial is < 0 or >= ushort.MaxValue)
        {
            errors.Add($"Site:Serial: {Serial} must be 0 to {ushort.MaxValue - 1}.");
        }
    }
}
