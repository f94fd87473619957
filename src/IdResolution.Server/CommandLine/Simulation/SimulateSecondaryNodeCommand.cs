using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using IdResolution.Server.CommandLine.Shared;
using IdResolution.Server.Options;
using IdResolution.Server.Simulation;

namespace IdResolution.Server.CommandLine.Simulation;

/// <summary><c>simulate secondary-node</c>: serves a secondary node in memory.</summary>
internal sealed class SimulateSecondaryNodeCommand
{
    private const int MaxPrefix = 64;
    private const int MaxUser = 50;
    private const int MaxSecret = 64;

    private readonly Option<string> _http = new("--http")
    {
        Description = "Where it listens; port 0 picks a free one.",
        HelpName = "ADDR:PORT",
        DefaultValueFactory = _ => "127.0.0.1:8000",
    };

    private readonly Option<bool> _anyAddress = new("--any-address")
    {
        Description =
            "Lets --http be an address that other machines reach. Whoever reaches it can switch faults: what is below "
            + "/simulator/ takes no token.",
    };

    private readonly Option<string> _user = new("--user")
    {
        Description = "The user name that logs in.",
        HelpName = "NAME",
        Required = true,
    };

    private readonly Option<string> _secretFile = new("--secret-file")
    {
        Description = "The file that holds the password; - reads standard input. A line end at its end is cut off.",
        HelpName = "FILE",
        Required = true,
    };

    private readonly Option<string[]> _prefixes = new("--prefix")
    {
        Description = "An enterprise prefix that the user may register under; may be repeated.",
        HelpName = "P",
        Required = true,
    };

    private readonly Option<string[]> _faults = new("--fault")
    {
        Description =
            "A fault that is on from the beginning, by its name, and what it takes; may be repeated. Names: slow, "
            + "status504AfterSuccess, dropAfterSuccess, http500, http503, notLoggedIn, busy, refuse, forbidden, "
            + "failed, closed. Keys: count, path, milliseconds, retryAfter, handle, message.",
        HelpName = "NAME[,KEY=VALUE...]",
    };

    private readonly Option<int> _tokenLife = new("--token-life")
    {
        Description = "How many seconds a token holds.",
        HelpName = "SECONDS",
        DefaultValueFactory = _ => 86_400,
    };

    public static Command Create() => new SimulateSecondaryNodeCommand().Build();

    private Command Build()
    {
        var command = new Command(
            "secondary-node",
            """
            Serves a secondary node in memory until SIGTERM or Ctrl-C: log-ins, templates and identifiers of SNMS v3 and
            v5, prefixes and routes, with faults that are switched on and off while it runs. It is for tests of what
            talks to a secondary node. Nothing is kept: when it ends, all is gone. When it serves, a line 'ready
            {"http":"127.0.0.1:8000"}' is on standard output.

            Examples:
              idnode simulate secondary-node --user ent-1 --secret-file ent-1.secret --prefix 88.300.1
              printf '%s' "$SECRET" | idnode simulate secondary-node --http 127.0.0.1:0 --user ent-1 --secret-file - \
                --prefix 88.300.1 --prefix 88.300.2 --fault slow,milliseconds=200 --fault http503,count=3
              curl http://127.0.0.1:8000/simulator/faults -H 'Content-Type: application/json' \
                -d '{"fault":"status504AfterSuccess","count":1}'
              curl http://127.0.0.1:8000/simulator/state
            """
        )
        {
            _http,
            _anyAddress,
            _user,
            _secretFile,
            _prefixes,
            _faults,
            _tokenLife,
        };
        return command.Doing(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellationToken)
    {
        var endPoint = EndPointOf(parsed);
        var user = await UserOfAsync(parsed, cancellationToken);
        var node = new SecondaryNode([user]) { TokenLife = LifeOf(parsed) };
        foreach (var fault in FaultsOf(parsed))
        {
            node.Add(fault);
        }
        await using var server = await ServeAsync(node, endPoint, cancellationToken);
        terminal.Explain(
            $"A simulated secondary node, for tests. Nothing is kept: when it ends, all is gone. State and faults: "
                + $"{server.Address}simulator/state",
            $"模拟的二级节点，仅供测试。不保存任何数据：结束后全部丢失。状态与故障：{server.Address}simulator/state"
        );
        terminal.Out.WriteLine($$"""ready {"http":"{{server.EndPoint}}"}""");
        terminal.Out.Flush();
        await Task.Delay(Timeout.Infinite, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return ExitCode.Done;
    }

    private static async Task<SecondaryNodeServer> ServeAsync(
        SecondaryNode node,
        IPEndPoint endPoint,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await SecondaryNodeServer.StartAsync(node, endPoint, cancellationToken);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            throw new OperatorException(
                $"--http: {endPoint} cannot be listened on: {e.Message}",
                $"--http：无法在 {endPoint} 上监听：{e.Message}"
            );
        }
    }

    private IPEndPoint EndPointOf(ParseResult parsed)
    {
        var text = parsed.GetRequiredValue(_http);
        if (!NodeOptions.TryEndPoint(text, out var endPoint))
        {
            throw new OperatorException(
                $"--http: '{text}' must be ADDR:PORT, such as 127.0.0.1:8000 or [::1]:0.",
                $"--http：'{text}' 应为 地址:端口，例如 127.0.0.1:8000 或 [::1]:0。"
            );
        }
        return IPAddress.IsLoopback(endPoint.Address) || parsed.GetValue(_anyAddress)
            ? endPoint
            : throw new OperatorException(
                $"--http: {endPoint} is reached from other machines, and all who reach it can switch faults. Name an "
                    + "address of this machine alone, such as 127.0.0.1:8000, or add --any-address.",
                $"--http：{endPoint} 可从其他机器访问，凡能访问者都可设置故障。请使用仅限本机的地址，例如 127.0.0.1:8000，"
                    + "或加上 --any-address。"
            );
    }

    private async Task<SecondaryNodeUser> UserOfAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var prefixes = parsed.GetRequiredValue(_prefixes);
        if (Array.Find(prefixes, p => p.Length is 0 or > MaxPrefix || p.Contains('/')) is { } wrong)
        {
            throw new OperatorException(
                $"--prefix: '{wrong}' must be a prefix such as 88.300.1.",
                $"--prefix：'{wrong}' 应为前缀，例如 88.300.1。"
            );
        }
        var (name, secret) = (parsed.GetRequiredValue(_user), await SecretOfAsync(parsed, cancellationToken));
        return name.Length is > 0 and <= MaxUser && secret.Length is > 0 and <= MaxSecret
            ? new SecondaryNodeUser(name, secret, prefixes)
            : throw new OperatorException(
                $"--user has 1 to {MaxUser} characters, and the password of --secret-file 1 to {MaxSecret}.",
                $"--user 应为 1 至 {MaxUser} 个字符，--secret-file 中的密码应为 1 至 {MaxSecret} 个字符。"
            );
    }

    private async Task<string> SecretOfAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var file = parsed.GetRequiredValue(_secretFile);
        var secret =
            file == "-"
                ? await Console.In.ReadToEndAsync(cancellationToken)
                : await File.ReadAllTextAsync(Path.Combine(parsed.Environment().Directory, file), cancellationToken);
        secret = secret.EndsWith('\n') ? secret[..^1] : secret;
        return secret.EndsWith('\r') ? secret[..^1] : secret;
    }

    private TimeSpan LifeOf(ParseResult parsed)
    {
        var seconds = parsed.GetValue(_tokenLife);
        return seconds > 0
            ? TimeSpan.FromSeconds(seconds)
            : throw new OperatorException(
                $"--token-life: {seconds} must be 1 or more.",
                $"--token-life：{seconds} 应不小于 1。"
            );
    }

    private IEnumerable<Fault> FaultsOf(ParseResult parsed)
    {
        foreach (var text in parsed.GetValue(_faults) ?? [])
        {
            Fault fault;
            try
            {
                fault = Fault.Parse(text);
            }
            catch (JsonException e)
            {
                throw new OperatorException(
                    $"--fault: '{text}' must be a fault such as http503 or slow,milliseconds=200,count=10: {e.Message}",
                    $"--fault：'{text}' 应为故障，例如 http503 或 slow,milliseconds=200,count=10：{e.Message}"
                );
            }
            yield return fault;
        }
    }
}
