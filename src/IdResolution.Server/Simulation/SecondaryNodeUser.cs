using System.Text.Json.Serialization;
using IdResolution.Core.Snms;

namespace IdResolution.Server.Simulation;

/// <summary>A user of a simulated secondary node. The password is not kept, its digest is.</summary>
internal sealed class SecondaryNodeUser(string name, string password, params IReadOnlyList<string> prefixes)
{
    public string Name => name;

    /// <summary>The prefixes that the user may register under.</summary>
    public IReadOnlyList<string> Prefixes => prefixes;

    /// <summary>The digest of the password (<see cref="SnmsPassword.Inner"/>).</summary>
    [JsonIgnore]
    public string Digest { get; } = SnmsPassword.Inner(password);

    public bool Owns(string prefix) => prefixes.Contains(prefix);
}
