using System.CommandLine;
using System.Globalization;
using IdResolution.Core.Access;
using IdResolution.Core.Administration;
using IdResolution.Server.CommandLine.Shared;
using IdResolution.Server.Options;

namespace IdResolution.Server.CommandLine.Keys;

/// <summary><c>key create</c>: prints a new key, alone on the last line.</summary>
internal sealed class KeyCreateCommand
{
    private readonly Option<string> _role = new("--role")
    {
        Description =
            "admin: everything; registrar: registers, updates, revokes; reader: sees all attributes; partner: "
            + "sees public and partner attributes; auditor: reads the audit log and nothing else that is not public.",
        HelpName = "ROLE",
        Required = true,
    };

    private readonly Option<string> _name = new("--name")
    {
        Description = "What the key is for, such as mes-line-3.",
        HelpName = "NAME",
    };

    private readonly Option<string> _expires = new("--expires")
    {
        Description =
            "When it ends: a time such as 2027-01-01T00:00:00+08:00, or days from now such as 90d. Default: 365d.",
        HelpName = "TIME|DAYSd",
    };

    private readonly Option<bool> _noExpiry = new("--no-expiry") { Description = "The key never ends." };

    private readonly Option<int?> _rateLimit = new("--rate-limit")
    {
        Description = "Requests a second. Default: no limit.",
        HelpName = "N",
    };

    private readonly Option<string> _prefix = new("--prefix")
    {
        Description =
            "The prefix that it is bound to: it reads and writes below it alone, over every protocol. Below a homed "
            + "prefix; homed itself with the key. Not for role admin. Default: the whole node.",
        HelpName = "P",
    };

    private readonly Option<string> _partner = new("--partner")
    {
        Description =
            "The partner that it is tied to, for role partner: it sees what the partner's grants show. Not with "
            + "--prefix or --secret.",
        HelpName = "CODE",
    };

    private readonly Option<string> _secret = new("--secret")
    {
        Description =
            "What the user --name logs in with over the SNMS protocol; - reads it from standard input. Other users of "
            + "the machine see a command line: prefer - or --secret-file.",
        HelpName = "TEXT",
    };

    private readonly Option<string> _secretFile = new("--secret-file")
    {
        Description = "The file that holds the secret instead; a line end at its end is cut off.",
        HelpName = "FILE",
    };

    public static Command Create() => new KeyCreateCommand().Build();

    private Command Build()
    {
        _role.AcceptOnlyFromAmong("admin", "registrar", "reader", "partner", "auditor");
        var command = new Command(
            "create",
            """
            Makes an API key and prints it, alone, on the last line of standard output. It is shown only this once.

            Example:
              KEY=$(idnode key create --data ./data --role registrar --name mes --expires 365d)
            """
        )
        {
            Settings.Data,
            _role,
            _name,
            _expires,
            _noExpiry,
            _rateLimit,
            _prefix,
            _partner,
            _secret,
            _secretFile,
        };
        return command.Doing(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellationToken)
    {
        var expiry = ExpiryOf(parsed);
        var secret = await SecretAsync(parsed, cancellationToken);
        using var node = await Settings.OpenNodeAsync(parsed);
        var made = await node.Get<KeyIssuer>()
            .CreateAsync(
                new NewKey(
                    Enum.Parse<Role>(parsed.GetRequiredValue(_role), ignoreCase: true),
                    parsed.GetValue(_name),
                    expiry,
                    parsed.GetValue(_rateLimit),
                    parsed.GetValue(_prefix),
                    secret,
                    parsed.GetValue(_partner)
                ),
                Caller.CommandLine,
                cancellationToken
            );
        if (!made.TryGet(out var key, out var error))
        {
            return terminal.Refuse(error);
        }
        Explain(key.Key, parsed.GetRequiredValue(_role), node.Get<NodeOptions>().Data, terminal);
        terminal.Out.WriteLine(key.Text);
        return ExitCode.Done;
    }

    private DateTimeOffset? ExpiryOf(ParseResult parsed)
    {
        var expiry = parsed.GetValue(_expires) is { } text ? ReadEnd(text) : (DateTimeOffset?)null;
        if (!parsed.GetValue(_noExpiry))
        {
            return expiry;
        }
        return expiry is null
            ? KeyIssuer.Never
            : throw new OperatorException(
                "Give --expires or --no-expiry, not both.",
                "--expires 与 --no-expiry 只能给出一个。"
            );
    }

    private static void Explain(ApiKey key, string role, string data, Terminal terminal)
    {
        var (ends, endsZh) = key.ExpiresAt is { } at
            ? ($", ends {at:yyyy-MM-dd'T'HH:mm:ss'Z'}", $"，到期时间 {at:yyyy-MM-dd'T'HH:mm:ss'Z'}")
            : (", never ends", "，永不到期");
        var (below, belowZh) = key.Prefix is { } prefix ? ($", bound to {prefix}", $"，仅限前缀 {prefix}") : ("", "");
        if (key.Partner is { } partner)
        {
            (below, belowZh) = ($", of partner {partner}", $"，合作伙伴 {partner}");
        }
        var revoke = $"idnode key revoke --data {data} {key.Id}";
        terminal.Explain(
            $"Key {key.Id}, role {role}{below}{ends}. It is shown only once; revoke it by: {revoke}",
            $"密钥 {key.Id}，角色 {role}{belowZh}{endsZh}。密钥仅显示这一次；吊销：{revoke}"
        );
    }

    private async Task<string?> SecretAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var (text, file) = (parsed.GetValue(_secret), parsed.GetValue(_secretFile));
        if (text is not null && file is not null)
        {
            throw new OperatorException(
                "Give --secret or --secret-file, not both.",
                "--secret 与 --secret-file 只能给出一个。"
            );
        }
        try
        {
            if (file is not null)
            {
                return WithoutLineEnd(await File.ReadAllTextAsync(file, cancellationToken));
            }
            return text == "-" ? WithoutLineEnd(await Console.In.ReadToEndAsync(cancellationToken)) : text;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OperatorException(
                $"--secret-file: {file} cannot be read: {e.Message}",
                $"--secret-file：{file} 无法读取：{e.Message}"
            );
        }
    }

    private static string WithoutLineEnd(string text)
    {
        text = text.EndsWith('\n') ? text[..^1] : text;
        return text.EndsWith('\r') ? text[..^1] : text;
    }

    private static DateTimeOffset ReadEnd(string text)
    {
        if (
            text.EndsWith('d')
            && int.TryParse(
                text.AsSpan(0, text.Length - 1),
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out var days
            )
            && days is > 0 and <= 36_500
        )
        {
            return TimeProvider.System.GetUtcNow().AddDays(days);
        }
        // RFC 3339 needs seconds and a zone. A time without a zone would mean another moment on another machine.
        string[] forms = ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];
        return
            (text.EndsWith('Z') || (text.Length > 6 && text[^6] is '+' or '-'))
            && DateTimeOffset.TryParseExact(
                text,
                forms,
                CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal,
                out var time
            )
            ? time
            : throw new OperatorException(
                $"--expires: '{text}' must be a time with zone such as 2027-01-01T00:00:00+08:00, or 1 to 36500 "
                    + "days such as 90d.",
                $"--expires：'{text}' 应为带时区的时间，例如 2027-01-01T00:00:00+08:00，或 1 至 36500 天，例如 90d。"
            );
    }
}
