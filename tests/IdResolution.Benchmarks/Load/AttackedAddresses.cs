using System.Net;

namespace IdResolution.Benchmarks.Load;

/// <summary>Where the attacked node listens.</summary>
internal sealed record AttackedAddresses(IPEndPoint Http, IPEndPoint Grpc, IPEndPoint Handle);
