using System.Security.Cryptography;
using System.Text;

namespace IdResolution.Core.Upstream;

/// <summary>Names in the store what is known of one secondary node.</summary>
internal static class UpstreamTarget
{
    private const int Length = 16;

    /// <summary>A short name of an address and a user.</summary>
    public static string NameOf(string target) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(target)))[..Length];
}
