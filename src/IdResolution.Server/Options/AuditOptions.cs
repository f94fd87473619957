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

    internal void Validate(List<string> errors)
    {
        if (Days is < 1 or > MostDays)
        {
            errors.Add($"Audit:Days: {Days} must be 1 to {MostDays} days; 180 or more are recommended.");
        }
        if (MaxLines is < FewestLines or > MostLines)
        {
            errors.Add($"Audit:MaxLines: {MaxLines} must be {FewestLines} to {MostLines} lines.");
        }
        if (Syslog is { Length: > 0 } && Receiver is null)
        {
            errors.Add($"Audit:Syslog: '{Syslog}' must be tls://HOST:PORT or tcp://HOST:PORT, such as tls://log:6514.");
        }
        if (Receiver is { Scheme: "tcp", IsLoopback: false } && !SyslogPlain)
        {
            errors.Add(
                "Audit:Syslog: tcp:// to another machine sends the audit log in the clear: use tls://, or set "
                    + "Audit:SyslogPlain to true."
            );
        }
        if (SyslogCa is { Length: > 0 } && !File.Exists(SyslogCa))
        {
            errors.Add($"Audit:SyslogCa: there is no file '{SyslogCa}'.");
        }
    }
}
