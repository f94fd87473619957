using System.CommandLine;
using System.Globalization;
using System.Net;
using IdResolution.HandleProtocol.Client;
using IdResolution.HandleProtocol.Keys;
using IdResolution.HandleProtocol.Values;
using IdResolution.Server.CommandLine.Shared;
using IdResolution.Server.Foreign;
using IdResolution.Server.Options;

namespace IdResolution.Server.CommandLine.Handles;

/// <summary>
/// The arguments of <c>handle resolve</c> and <c>handle trace</c>: a handle, whom to ask, and as whom to ask.
/// </summary>
internal sealed class HandleResolveOptions
{
    private readonly Argument<string> _handle = new("HANDLE")
    {
        Description = "The handle, prefix/suffix; without a slash that of a prefix: 88.300.1 is 0.NA/88.300.1.",
    };
    private readonly Option<string> _server = new("--server")
    {
        Description = "Ask this server, and nobody else.",
        HelpName = "ADDR:PORT",
    };
    private readonly Option<string[]> _roots = new("--root")
    {
        Description = "Find out from this root who holds the handle. Repeatable (setting Foreign:Roots).",
        HelpName = "ADDR:PORT",
    };
    private readonly Option<string> _recursive = new("--recursive")
    {
        Description = "Let this recursive node find out (setting Foreign:Recursive).",
        HelpName = "ADDR:PORT",
    };

    private readonly Option<string[]> _allowed = new("--allow")
    {
        Description =
            "Speak to this address or network where a record names it, although it is loopback, private or "
            + "link-local. Repeatable (setting Foreign:Allowed).",
        HelpName = "NETWORK",
    };

    private readonly Option<int[]> _indexes = new("--index")
    {
        Description = "Only the value at this index. Repeatable.",
        HelpName = "N",
    };
    private readonly Option<string[]> _types = new("--type")
    {
        Description = "Only values of this type; one that ends in a dot takes those below it too. Repeatable.",
        HelpName = "TYPE",
    };
    private readonly Option<bool> _tcp = new("--tcp")
    {
        Description = "Over TCP at once. Default: over UDP, then TCP.",
    };
    private readonly Option<bool> _udp = new("--udp") { Description = "Over UDP alone; needs --server." };
    private readonly Option<string> _auth = new("--auth")
    {
        Description =
            "Read as this administrator what is not public: the key at an index of a handle; needs --server and a "
            + "file.",
        HelpName = "INDEX:HANDLE",
    };
    private readonly Option<FileInfo> _secret = new("--secret-file")
    {
        Description = "The secret of an HS_SECKEY; line ends after it do not count.",
        HelpName = "FILE",
    };
    private readonly Option<FileInfo> _key = new("--key-file")
    {
        Description = "The private key to an HS_PUBKEY: PEM, PKCS#8, not encrypted.",
        HelpName = "FILE",
    };
    private readonly Option<int?> _timeout = new("--timeout")
    {
        Description = "Seconds in all, 1 to 60. Default: 5 (setting Foreign:TimeoutSeconds).",
        HelpName = "SECONDS",
    };
    private readonly Option<bool> _json = new("--json")
    {
        Description = "JSON, with values as in the HTTP interface of Handle.Net.",
    };

    public void AddTo(Command command)
    {
        command.Add(_handle);
        foreach (
            var option in new Option[]
            {
                _server,
                _roots,
                _recursive,
                _allowed,
                _indexes,
                _types,
                _tcp,
                _udp,
                _auth,
                _secret,
                _key,
                _timeout,
                _json,
            }
        )
        {
            command.Add(option);
        }
    }

    /// <summary>Checks the arguments and makes a session of them.</summary>
    /// <exception cref="OperatorException">An argument cannot be used, or arguments exclude each other.</exception>
    public HandleResolveSession Open(ParseResult parsed)
    {
        var server = parsed.GetValue(_server);
        var roots = parsed.GetValue(_roots) ?? [];
        var recursive = parsed.GetValue(_recursive);
        CheckAlone(server, roots, recursive);
        var options = ReadForeign(parsed, roots, recursive);
        if (server is null && !options.IsOn())
        {
            throw new OperatorException(
                "There is nobody to ask: give --server, --root or --recursive, or set Foreign:Roots or "
                    + "Foreign:Recursive.",
                "没有可查询的对象：请给出 --server、--root 或 --recursive，或设置 Foreign:Roots 或 Foreign:Recursive。"
            );
        }
        var (tcp, udp) = (parsed.GetValue(_tcp), parsed.GetValue(_udp));
        CheckTransport(tcp, udp, server);
        return new HandleResolveSession(
            options,
            HandleName.Qualify(parsed.GetRequiredValue(_handle)),
            parsed.GetValue(_indexes) ?? [],
            parsed.GetValue(_types) ?? [],
            tcp
        )
        {
            Server = server is null ? null : ServerOf(server, tcp, udp),
            Signer = SignerOf(parsed, server),
            IsJson = parsed.GetValue(_json),
        };
    }

    private static void CheckAlone(string? server, string[] roots, string? recursive)
    {
        if (new[] { server is not null, roots.Length > 0, recursive is not null }.Count(given => given) > 1)
        {
            throw new OperatorException(
                "--server, --root and --recursive exclude each other.",
                "--server、--root 和 --recursive 只能给出一个。"
            );
        }
    }

    /// <summary>The settings of foreign resolution, overridden by the command line.</summary>
    private ForeignOptions ReadForeign(ParseResult parsed, string[] roots, string? recursive)
    {
        var isNamed = roots.Length > 0 || recursive is not null;
        var (options, _) = Settings.Read(
            parsed.Environment(),
            [
                // A server that the command line names is asked alone.
                new("Foreign:Roots", Joined(roots)),
                new("Foreign:Recursive", isNamed ? recursive ?? "" : null),
                new("Foreign:Allowed", Joined(parsed.GetValue(_allowed))),
                new("Foreign:TimeoutSeconds", parsed.GetValue(_timeout)?.ToString(CultureInfo.InvariantCulture)),
            ]
        );
        return options.Foreign;

        static string? Joined(string[]? given) => given is { Length: > 0 } ? string.Join(',', given) : null;
    }

    private static void CheckTransport(bool tcp, bool udp, string? server)
    {
        if (udp && (tcp || server is null))
        {
            throw new OperatorException(
                "--udp excludes --tcp and needs --server: on the way from a root, servers that do not answer over "
                    + "UDP are asked over TCP.",
                "--udp 不能与 --tcp 同用，且须给出 --server：从根节点逐级查询时，UDP 无应答的服务器改用 TCP 查询。"
            );
        }
    }

    private static HandleServer ServerOf(string text, bool tcp, bool udp)
    {
        if (!NodeOptions.TryEndPoint(text, out var endPoint) || endPoint.Port == IPEndPoint.MinPort)
        {
            throw new OperatorException(
                $"--server: '{text}' must be ADDR:PORT, such as 127.0.0.1:2641.",
                $"--server：'{text}' 应为 地址:端口，例如 127.0.0.1:2641。"
            );
        }
        return new HandleServer(endPoint.Address, tcp ? null : endPoint.Port, udp ? null : endPoint.Port);
    }

    private IChallengeSigner? SignerOf(ParseResult parsed, string? server)
    {
        var (auth, secret, key) = (parsed.GetValue(_auth), parsed.GetValue(_secret), parsed.GetValue(_key));
        if (auth is null && secret is null && key is null)
        {
            return null;
        }
        if (auth is null || server is null || (secret is null) == (key is null))
        {
            throw new OperatorException(
                "--auth needs --server and either --secret-file or --key-file, and they need --auth.",
                "--auth 须同时给出 --server，以及 --secret-file 或 --key-file 之一；后两者也须与 --auth 同用。"
            );
        }
        if (!ValueReference.TryParse(auth, out var identity))
        {
            throw new OperatorException(
                $"--auth: '{auth}' must be INDEX:HANDLE, such as 300:88.300.1/ADMIN.",
                $"--auth：'{auth}' 应为 索引:标识，例如 300:88.300.1/ADMIN。"
            );
        }
        if (secret is not null)
        {
            return new SecretKeySigner(
                identity,
                File.ReadAllBytes(secret.FullName).AsSpan().TrimEnd("\r\n"u8).ToArray()
            );
        }
        return KeyPair.TryFromPem(File.ReadAllText(key!.FullName), out var pair)
            ? new PublicKeySigner(identity, pair)
            : throw new OperatorException(
                $"--key-file: {key.Name} must be the PEM of a private key, RSA or SM2, not encrypted.",
                $"--key-file：{key.Name} 应为未加密的 RSA 或 SM2 私钥，PEM 格式。"
            );
    }
}
