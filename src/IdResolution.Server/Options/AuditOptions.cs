using IdResolution.Core.Primitives;

namespace IdResolution.Server.Options;

/// <summary>The section <c>Audit</c>: how long the audit log is kept, and where it is sent.</summary>
internal sealed class AuditOptions
{
    private const int MostDays = 3_650;
    private const long FewestLines = 1_000;
    private const long MostLines = 100_000_000;

    /// <summary>How many days lines are kept.</summary>
    public int Days { get; set; } = 180;

    /// <summary>How many lines of denials, and as many of anonymous acts, are kept at most.</summary>
    public long MaxLines { get; set; } = 1_000_000;

    /// <summary>
    /// A syslog receiver: <c>tls://HOST:PORT</c> (RFC 5425) or <c>tcp://HOST:PORT</c>. Null for none.
    /// </summary>
    public string? Syslog { get; set; }

    /// <summary>File of the certificates, in PEM, that the receiver's must come from. Null: the system's.</summary>
    public string? SyslogCa { get; set; }

    /// <summary>True if lines may be sent to another machine without TLS.</summary>
    public bool SyslogPlain { get; set; }

    /// <summary>The receiver; null for none.</summary>
    internal Uri? Receiver =>
        Uri.TryCreate(Syslog, UriKind.Absolute, out var receiver)
        && receiver is { Scheme: "tls" or "tcp", Host.Length: > 0, Port: > 0 }
            ? receiver
            : null;

    internal void Validate(List<Text> errors)
    {
        if (Days is < 1 or > MostDays)
        {
            errors.Add(
                new(
                    $"Audit:Days: {Days} must be 1 to {MostDays} days; 180 or more are recommended.",
                    $"Audit:Days：{Days} 应为 1 至 {MostDays} 天，建议不少于 180。"
                )
            );
        }
        if (MaxLines is < FewestLines or > MostLines)
        {
            errors.Add(
                new(
                    $"Audit:MaxLines: {MaxLines} must be {FewestLines} to {MostLines} lines.",
                    $"Audit:MaxLines：{MaxLines} 应为 {FewestLines} 至 {MostLines} 行。"
                )
            );
        }
        if (Syslog is { Length: > 0 } && Receiver is null)
        {
            errors.Add(
                new(
                    $"Audit:Syslog: '{Syslog}' must be tls://HOST:PORT or tcp://HOST:PORT, such as tls://log:6514.",
                    $"Audit:Syslog：'{Syslog}' 应为 tls://HOST:PORT 或 tcp://HOST:PORT，例如 tls://log:6514。"
                )
            );
        }
        if (Receiver is { Scheme: "tcp", IsLoopback: false } && !SyslogPlain)
        {
            errors.Add(
                new(
                    "Audit:Syslog: tcp:// to another machine sends the audit log in the clear: use tls://, or set "
                        + "Audit:SyslogPlain to true.",
                    "Audit:Syslog：以 tcp:// 发往其他机器时审计日志为明文：请使用 tls://，或将 Audit:SyslogPlain 设为 true。"
                )
            );
        }
        if (SyslogCa is { Length: > 0 } && !File.Exists(SyslogCa))
        {
            errors.Add(
                new($"Audit:SyslogCa: there is no file '{SyslogCa}'.", $"Audit:SyslogCa：没有文件 '{SyslogCa}'。")
            );
        }
    }
}
