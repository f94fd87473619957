using System.Net;
using IdResolution.Core.Primitives;

namespace IdResolution.Server.Options;

/// <summary>The section <c>Site</c>: settings of the site record that the node shows to Handle clients.</summary>
internal sealed class SiteOptions
{
    /// <summary>
    /// The IP address that Handle clients connect to. Default: the address bound, or the first address of the machine.
    /// </summary>
    public string? Address { get; set; }

    /// <summary>The description attribute of the site record.</summary>
    public string Description { get; set; } = "IdResolution node";

    /// <summary>
    /// The serial number of the site record, 0 to 65534. The operator raises it after each change of the site.
    /// </summary>
    public int Serial { get; set; } = 1;

    internal void Validate(List<Text> errors)
    {
        if (!string.IsNullOrEmpty(Address) && !IPAddress.TryParse(Address, out _))
        {
            errors.Add(
                new(
                    $"Site:Address: '{Address}' must be an IP address, such as 203.0.113.10.",
                    $"Site:Address：'{Address}' 应为 IP 地址，例如 203.0.113.10。"
                )
            );
        }
        if (Serial is < 0 or >= ushort.MaxValue)
        {
            errors.Add(
                new(
                    $"Site:Serial: {Serial} must be 0 to {ushort.MaxValue - 1}.",
                    $"Site:Serial：{Serial} 应为 0 至 {ushort.MaxValue - 1}。"
                )
            );
        }
    }
}
