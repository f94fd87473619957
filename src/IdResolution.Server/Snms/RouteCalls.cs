using IdResolution.Core.Snms;
using IdResolution.Server.Http;
using IdResolution.Server.SnmsWire;

namespace IdResolution.Server.Snms;

/// <summary>The call <c>/snms/api/ent/config</c>: an enterprise says where resolvers find its node.</summary>
internal sealed class RouteCalls(SnmsRoutes routes)
{
    private const int Longest = 65_536;

    public async Task<SnmsReply> SetAsync(HttpContext context)
    {
        var read = await SnmsBody.ReadAsync(context, Longest, SnmsJson.Default.SnmsRoute);
        if (!read.TryGet(out var sent, out var error))
        {
            return SnmsReply.Failed(error);
        }
        var config = sent.EntPrefixConfig;
        var form = new SnmsRouteForm
        {
            Prefix = config?.EntPrefix,
            Host = sent.ProxyServerId,
            Type = config?.HdlType,
            AddressType = config?.IpType,
            Address = config?.Ip,
            Tcp = config?.TcpPort,
            Udp = config?.UdpPort,
            Http = config?.HttpPort,
        };
        return SnmsReply.Of((await routes.SetAsync(form, context.Caller(), context.RequestAborted)).Error) with
        {
            Target = form.Prefix,
        };
    }
}
