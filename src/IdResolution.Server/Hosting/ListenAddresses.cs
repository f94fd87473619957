using System.Net;
using System.Net.Sockets;
using IdResolution.Core.Primitives;
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
        var faults = new List<Text>();
        var bound = new List<Socket>();
        try
        {
            // All are held together, so that two settings with one port are found too.
            foreach (var (setting, endPoint, type) in Of(options, configuration))
            {
                // With the protocol left open, .NET would not let a port be bound whose former connections still end.
                var protocol = type == SocketType.Stream ? ProtocolType.Tcp : ProtocolType.Udp;
                var socket = new Socket(endPoint.AddressFamily, type, protocol);
                bound.Add(socket);
                if (Bind(socket, endPoint) is { } why)
                {
                    faults.Add(new($"{setting.En}: {endPoint} {why.En}", $"{setting.Zh}：{endPoint} {why.Zh}"));
                }
            }
        }
        finally
        {
            bound.ForEach(socket => socket.Dispose());
        }
        if (faults.Count > 0)
        {
            throw new OperatorException(Text.Lines(faults.Distinct()));
        }
    }

    private static IEnumerable<(Text Setting, IPEndPoint EndPoint, SocketType Type)> Of(
        NodeOptions options,
        IConfiguration configuration
    )
    {
        foreach (var listener in options.Listeners)
        {
            NodeOptions.TryEndPoint(listener.Address, out var endPoint);
            yield return (listener.Names, endPoint, SocketType.Stream);
            if (listener.HasUdp)
            {
                yield return (listener.Names, endPoint, SocketType.Dgram);
            }
        }
        foreach (var endpoint in configuration.GetSection(KestrelEndpoints).GetChildren())
        {
            if (EndPointOf(endpoint["Url"]) is { } endPoint)
            {
                yield return (Text.Foreign($"{endpoint.Path}:Url"), endPoint, SocketType.Stream);
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
    private static Text? Bind(Socket socket, IPEndPoint endPoint)
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
                SocketError.AddressAlreadyInUse => new Text(
                    "is taken by another program, or by another setting. Name another port, or end that program.",
                    "已被其他程序或其他配置项占用。请换一个端口，或结束该程序。"
                ),
                SocketError.AddressNotAvailable => new Text(
                    "is no address of this machine. Name one that it has, or 0.0.0.0 for all.",
                    "不是本机的地址。请给出本机的地址，或用 0.0.0.0 表示全部地址。"
                ),
                SocketError.AccessDenied when endPoint.Port < 1024 => new Text(
                    "may not be used by this user: ports below 1024 need the capability CAP_NET_BIND_SERVICE. "
                        + "Name a higher port, or give it (AmbientCapabilities in systemd's unit).",
                    "当前用户无权使用：1024 以下的端口需要 CAP_NET_BIND_SERVICE 权限。请换用更大的端口，或授予该权限"
                        + "（systemd 单元的 AmbientCapabilities）。"
                ),
                SocketError.AccessDenied => new Text("may not be used by this user.", "当前用户无权使用。"),
                _ => new Text($"cannot be listened on: {e.Message}.", $"无法监听：{e.Message}。"),
            };
        }
    }
}
