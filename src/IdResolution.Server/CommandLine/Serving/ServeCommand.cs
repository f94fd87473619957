using System.CommandLine;
using IdResolution.Core.Primitives;
using IdResolution.Server.CommandLine.Shared;
using IdResolution.Server.CommandLine.Upstream;
using IdResolution.Server.Hosting;
using IdResolution.Server.Options;

namespace IdResolution.Server.CommandLine.Serving;

/// <summary><c>serve</c>: runs the node.</summary>
internal sealed class ServeCommand
{
    private readonly Option<string> _http = new("--http")
    {
        Description = "Where HTTP listens; port 0 picks a free one. Default: 0.0.0.0:8080 (setting Http).",
        HelpName = "ADDR:PORT",
    };

    private readonly Option<string> _grpc = new("--grpc")
    {
        Description = "Where gRPC listens (HTTP/2 without TLS). Default: 0.0.0.0:8081 (setting Grpc).",
        HelpName = "ADDR:PORT",
    };

    private readonly Option<string> _handle = new("--handle")
    {
        Description = "Where the Handle protocol listens, TCP and UDP. Default: 0.0.0.0:2641 (setting Handle).",
        HelpName = "ADDR:PORT",
    };

    private readonly Option<string> _snms = new("--snms")
    {
        Description =
            "Where the SNMS protocol listens on a port of its own, such as 0.0.0.0:3000. Default: on the HTTP port "
            + "alone (setting Snms:Http).",
        HelpName = "ADDR:PORT",
    };

    private readonly Option<string[]> _admins = new("--handle-admin")
    {
        Description =
            "Who administers this server over the Handle protocol: the key at an index of a handle. Repeatable "
            + "(setting HandleAdmins).",
        HelpName = "INDEX:HANDLE",
    };

    private readonly Option<string> _publicUrl = new("--public-url")
    {
        Description =
            "The base of QR codes and URL values, as phones reach the node. Default: the bound HTTP address "
            + "(setting PublicUrl).",
        HelpName = "URL",
    };

    private readonly Option<bool> _check = new("--check")
    {
        Description =
            "Serve nothing: read settings, certificates, key file, store and templates, and say all that is wrong. "
            + "Opens no port and makes nothing. Exit code 0 where a start would do, else 2.",
    };

    public static Command Create() => new ServeCommand().Build();

    private Command Build()
    {
        var command = new Command(
            "serve",
            """
            Serves the node until SIGTERM or Ctrl-C. The data directory is made where missing; the first start prints an
            admin key once. When it serves, a line 'ready
            {"http":"127.0.0.1:41234","grpc":"127.0.0.1:41235","handle":"127.0.0.1:41236"}' is on standard output.

            Example:
              idnode serve --data ./data --prefix 88.300.15907541011 --http 127.0.0.1:8080 \
                --public-url https://id.example.com
            """
        )
        {
            Settings.Data,
            Settings.Prefix,
            _http,
            _grpc,
            _handle,
            _snms,
            _admins,
            _publicUrl,
            _check,
        };
        return command.WithUpstream().Doing(RunAsync);
    }

    private Task<int> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellationToken)
    {
        var (options, configuration, faults) = Settings.ReadAll(
            parsed.Environment(),
            [
                new("Data", Settings.DataOf(parsed)),
                new("Http", parsed.GetValue(_http)),
                new("Grpc", parsed.GetValue(_grpc)),
                new("Handle", parsed.GetValue(_handle)),
                new("Snms:Http", parsed.GetValue(_snms)),
                new("PublicUrl", parsed.GetValue(_publicUrl)),
                .. UpstreamSettings.Of(parsed),
            ],
            Settings.PrefixesOf(parsed),
            watch: true,
            handleAdmins: parsed.GetValue(_admins)
        );
        if (parsed.GetValue(_check))
        {
            return Task.FromResult(Check(options, configuration, faults, terminal));
        }
        return faults.Count == 0
            ? NodeHost.RunAsync(options, configuration, cancellationToken)
            : throw new OperatorException(Text.Lines(faults));
    }

    private static int Check(NodeOptions options, IConfiguration configuration, List<Text> faults, Terminal terminal)
    {
        var check = new NodeCheck(options, configuration);
        check.Run();
        foreach (var line in check.Found)
        {
            terminal.Say(line);
        }
        foreach (var ignored in options.UnknownVariables)
        {
            terminal.Explain($"Ignored: {ignored.En}", $"已忽略：{ignored.Zh}");
        }
        if (ClearListeners.Warning(options, configuration) is { } listeners)
        {
            terminal.Explain(listeners.En, listeners.Zh);
        }
        if (UpstreamWarnings.Clear(options.Upstream) is { } clear)
        {
            terminal.Explain(clear);
        }
        foreach (var warning in check.Warnings)
        {
            terminal.Explain(warning);
        }
        faults.AddRange(check.Faults);
        faults.ForEach(terminal.Explain);
        if (faults.Count == 0)
        {
            terminal.Say("A start would do.", "可以启动。");
            return ExitCode.Done;
        }
        terminal.Say($"A start would fail; faults: {faults.Count}.", $"无法启动，有 {faults.Count} 处问题。");
        return ExitCode.CannotRun;
    }
}
