using System.CommandLine;
using IdResolution.Core.Access;
using IdResolution.Core.Administration;
using IdResolution.Core.Catalog;
using IdResolution.Server.CommandLine.Shared;
using IdResolution.Server.Options;

namespace IdResolution.Server.CommandLine.Enterprises;

/// <summary><c>enterprise route</c>: says where the node of an enterprise is.</summary>
internal sealed class EnterpriseRouteCommand
{
    private readonly Argument<string> _prefix = new("PREFIX") { Description = "The enterprise's prefix." };

    private readonly Option<string> _address = new("--address")
    {
        Description = "The IP address of its node, with at least one of the ports.",
        HelpName = "IP",
    };

    private readonly Option<int> _tcp = new("--tcp")
    {
        Description = "The port of the Handle protocol over TCP.",
        HelpName = "PORT",
    };

    private readonly Option<int> _udp = new("--udp")
    {
        Description = "The port of the Handle protocol over UDP.",
        HelpName = "PORT",
    };

    private readonly Option<int> _http = new("--http-port")
    {
        Description = "The port of its resolution pages, over http.",
        HelpName = "PORT",
    };

    private readonly Option<string> _url = new("--url")
    {
        Description = "The base of its resolution URLs in place of address and port, such as https://id.example.com.",
        HelpName = "URL",
    };

    private readonly Option<bool> _none = new("--none")
    {
        Description = "Send nobody on: this node answers for the enterprise.",
    };

    public static Command Create() => new EnterpriseRouteCommand().Build();

    private Command Build()
    {
        var command = new Command(
            "route",
            """
            Says where the node of an enterprise is: resolvers of its prefix are sent on to it, over HTTP by 307, over
            the Handle protocol by a referral. Address and ports hold until the enterprise's node says otherwise itself.
            A URL stays then, where it names a host or the address is the same.

            Examples:
              idnode enterprise route 88.300.1.7 --data ./data --address 203.0.113.10 --tcp 2641 --udp 2641
              idnode enterprise route 88.300.1.7 --data ./data --url https://id.example.com
              idnode enterprise route 88.300.1.7 --data ./data --none
            """
        )
        {
            Settings.Data,
            _prefix,
            _address,
            _tcp,
            _udp,
            _http,
            _url,
            _none,
        };
        return command.Doing(RunAsync);
    }

    private PrefixRoute RouteOf(ParseResult parsed) =>
        new()
        {
            Prefix = parsed.GetRequiredValue(_prefix),
            Address = parsed.GetValue(_address),
            Tcp = parsed.GetValue(_tcp),
            Udp = parsed.GetValue(_udp),
            Http = parsed.GetValue(_http),
            Url = parsed.GetValue(_url),
        };

    private async Task<int> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellationToken)
    {
        var route = RouteOf(parsed);
        if (parsed.GetValue(_none) == (route.Address is not null || route.Url is not null))
        {
            throw new OperatorException(
                "Say where the node is, by --address and ports or by --url, or give --none.",
                "请以 --address 和端口或 --url 给出节点地址，或给出 --none。"
            );
        }
        using var node = await Settings.OpenNodeAsync(parsed);
        var saved = await node.Get<RouteEditor>().SaveAsync(route, Caller.CommandLine, cancellationToken);
        if (!saved.TryGet(out var kept, out var error))
        {
            return terminal.Refuse(error);
        }
        if (kept.Shown().En is { Length: > 0 } shown)
        {
            terminal.Say($"Resolvers of {kept.Prefix} are sent on to: {shown}", $"{kept.Prefix} 的解析转至：{shown}");
        }
        else
        {
            terminal.Say($"This node answers for {kept.Prefix}.", $"{kept.Prefix} 由本节点解析。");
        }
        return ExitCode.Done;
    }
}
