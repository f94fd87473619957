using System.Net;

namespace IdResolution.Core.Upstream;

/// <summary>Where resolvers find the node of a prefix, as the secondary node is told.</summary>
/// <param name="Prefix">The prefix.</param>
/// <param name="Address">The address of its node.</param>
/// <param name="Tcp">The port of the Handle protocol over TCP.</param>
/// <param name="Udp">The same over UDP.</param>
/// <param name="Http">The port of the Handle HTTP JSON interface.</param>
/// <param name="Host">
/// The number of the server that hosts the prefix (托管) in place of a node of one's own; null for the latter.
/// </param>
public sealed record UpstreamRoute(string Prefix, IPAddress Address, int Tcp, int Udp, int Http, long? Host);
