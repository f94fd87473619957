using System.Net;
using System.Net.Sockets;
using IdResolution.Server.Options;

namespace IdResolution.Server.Hosting;

/// <summary>
/// Tries the addresses that a node is to listen on, before anything else is done. Kestrel logs a stack trace for such a
/// fault, and does not always say which address it is.
/// </summary>
internal static class ListenAddresses
{
    private const string KestrelEndpoints = "Kestrel:Endpoints";

    /// <summary>Binds each address and lets it go again.</summary>
    /// <exception cref="OperatorException">Some cannot be bound. The message names their settings.</exception>
    public static void Try(NodeOptions options, IConfiguration configuration)
    {
        var faults = new List<string>();
        var bound = new List<Socket>();
        try
        {
            // All are held together, so that two settings with one port are found too.
            foreach (var (setting, endPoint, type) in Of(options, configuration))
            {
                var socket = new Socket(endPoint.AddressFamily, type, ProtocolType.Unspecified);
                bound.Add(socket);
                if (Bind(socket, endPoint) is { } why)
                {
                    faults.Add($"{setting}: {endPoint} {why}");
                }
            }
        }
        finally
        {
            bound.ForEach(socket => socket.Dispose());
        }
        if (faults.Count > 0)
        {
            throw new OperatorException(string.Join(Environment.NewLine, faults.Distinct()));
        }
    }

    private static IEnumerable<(string Setting, IPEndPoint EndPoint, SocketType Type)> Of(
        NodeOptions options,
        IConfiguration configuration
    )
    {
        foreach (
            var (setting, text) in new[]
            {
                ("Http (--http)", options.Http),
                ("Grpc (--grpc)", options.Grpc),
                ("Handle (--handle)", options.Handle),
            }
        )
        {
            NodeOptions.TryEndPoint(text, out var endPoint);
            yield return (setting, endPoint, SocketType.Stream);
            if (text == options.Handle)
            {
                yield return (setting, endPoint, SocketType.Dgram);
            }
        }
        foreach (var endpoint in configuration.GetSection(KestrelEndpoints).GetChildren())
        {
            if (EndPointOf(endpoint["Url"]) is { } endPoint)
            {
                yield return ($"{endpoint.Path}:Url", endPoint, SocketType.Stream);
            }
        }
    }

    /// <summary>Where Kestrel listens for a URL of its settings; null where it finds the fault itself.</summary>
    private static IPEndPoint? EndPointOf(string? url)
    {
        try
        {
            var address = BindingAddress.Parse(url ?? "");
            if (address.IsUnixPipe || address.IsNamedPipe)
            {
                return null;
            }
            if (IPAddress.TryParse(address.Host.Trim('[', ']'), out var host))
            {
                return new IPEndPoint(host, address.Port);
            }
            // Any other name means all addresses to Kestrel.
            return new IPEndPoint(address.Host == "localhost" ? IPAddress.Loopback : IPAddress.Any, address.Port);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    /// <summary>Binds a socket; gives the reason where that fails, else null.</summary>
    private static string? Bind(Socket socket, IPEndPoint endPoint)
    {
        try
        {
            if (endPoint.Address.Equals(IPAddress.IPv6Any))
            {
                // It takes the addresses of IPv4 too, as the node's listeners do.
                socket.DualMode = true;
            }
            socket.Bind(endPoint);
            if (socket.SocketType == SocketType.Stream)
            {
                // Two sockets may be bound to one port, but only one may listen.
                socket.Listen(1);
            }
            return null;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode switch
            {
                SocketError.AddressAlreadyInUse =>
                    "is taken by another program, or by another setting. Name another port, or end that program.",
                SocketError.AddressNotAvailable =>
                    "is no address of this machine. Name one that it has, or 0.0.0.0 for all.",
                SocketError.AccessDenied => endPoint.Port < 1024
                    ? "may not be used by this user: ports below 1024 need the capability CAP_NET_BIND_SERVICE. "
                        + "Name a higher port, or give it (AmbientCapabilities in systemd's unit)."
                    : "may not be used by this user.",
                _ => $"cannot be listened on: {e.Message}.",
            };
        }
    }
}
