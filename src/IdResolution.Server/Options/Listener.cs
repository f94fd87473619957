using IdResolution.Core.Primitives;

namespace IdResolution.Server.Options;

/// <summary>An address that the node listens on by its settings (<see cref="NodeOptions.Listeners"/>).</summary>
/// <param name="Name">The name in the ready line, and of the option of <c>serve</c>.</param>
/// <param name="Setting">The name of the setting.</param>
/// <param name="Address">The address, ADDR:PORT.</param>
internal sealed record Listener(string Name, string Setting, string Address)
{
    public const string Http = "http";
    public const string Grpc = "grpc";
    public const string Handle = "handle";
    public const string Snms = "snms";

    /// <summary>True if it listens for UDP too.</summary>
    public bool HasUdp { get; init; }

    /// <summary>True if keys or records go over it in the clear where there is no TLS.</summary>
    public bool IsClear { get; init; } = true;

    /// <summary>The setting and the option, for what people are told.</summary>
    public Text Names => new($"{Setting} (--{Name})", $"{Setting}（--{Name}）");
}
