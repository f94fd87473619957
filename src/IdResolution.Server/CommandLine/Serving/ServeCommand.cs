using System.CommandLine;
using IdResolution.Server.CommandLine.Shared;
using IdResolution.Server.Hosting;

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
            _admins,
            _publicUrl,
        };
        return command.Doing((parsed, _, cancellationToken) => RunAsync(parsed, cancellationToken));
    }

    private Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var (options, configuration) = Settings.Read(
            parsed.Environment(),
            [
                new("Data", parsed.GetValue(Settings.Data)),
                new("Http", parsed.GetValue(_http)),
                new("Grpc", parsed.GetValue(_grpc)),
                new("Handle", parsed.GetValue(_handle)),
                new("PublicUrl", parsed.GetValue(_publicUrl)),
            ],
            parsed.GetValue(Settings.Prefix),
            watch: true,
            handleAdmins: parsed.GetValue(_admins)
        );
        return NodeHost.RunAsync(options, configuration, cancellationToken);
    }
}
