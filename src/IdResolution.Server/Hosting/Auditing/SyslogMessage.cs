using System.Globalization;
using System.Text;
using IdResolution.Core.Access;
using IdResolution.Core.Primitives;

namespace IdResolution.Server.Hosting.Auditing;

/// <summary>
/// Writes lines of the audit log as syslog messages (RFC 5424), framed by their length (RFC 5425 §4.3).
/// </summary>
internal static class SyslogMessage
{
    // Facility 13, log audit. An act is a notice (5), a denial a warning (4).
    private const int Notice = (13 * 8) + 5;
    private const int Warning = (13 * 8) + 4;

    // 32473 is the number that RFC 5612 keeps for examples: the project has none of its own.
    private const string DataId = "audit@32473";

    private const int LongestHost = 255;
    private const int LongestProcess = 128;

    /// <summary>The message of a line with its length before it.</summary>
    public static byte[] Framed(AuditEvent line, string host)
    {
        var message = Encoding.UTF8.GetBytes(Of(line, host));
        return [.. Encoding.ASCII.GetBytes($"{message.Length} "), .. message];
    }

    /// <summary>The message of a line.</summary>
    public static string Of(AuditEvent line, string host)
    {
        var text = new StringBuilder(512);
        AddHeader(text, line, host);
        text.Append(CultureInfo.InvariantCulture, $" [{DataId}");
        Add(text, "id", line.Id.ToString(CultureInfo.InvariantCulture));
        Add(text, "caller", line.Caller);
        Add(text, "source", line.Source);
        Add(text, "osUser", line.OsUser);
        Add(text, "action", line.Action);
        Add(text, "target", line.Target);
        Add(text, "outcome", line.Outcome);
        Add(text, "count", line.Count.ToString(CultureInfo.InvariantCulture));
        Add(text, "traceId", line.Trace);
        Add(text, "node", line.Node);
        Add(text, "hash", Convert.ToHexStringLower(line.Link?.Hash ?? []));
        // The byte order mark says that the text is UTF-8.
        return text.Append("] \uFEFF")
            .Append(CultureInfo.InvariantCulture, $"{line.Caller} {line.Action} {line.Target}: {line.Outcome}")
            .ToString();
    }

    private static void AddHeader(StringBuilder text, AuditEvent line, string host) =>
        text.Append(CultureInfo.InvariantCulture, $"<{(line.Kind == AuditKind.Denial ? Warning : Notice)}>1 ")
            .Append(Micros.ToTime(line.Time).ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture))
            .Append(' ')
            .Append(Name(host, LongestHost))
            .Append(" idnode ")
            .Append(Name(line.Node, LongestProcess))
            .Append(' ')
            .Append(line.Kind.ToString().ToLowerInvariant());

    private static void Add(StringBuilder text, string name, string value)
    {
        text.Append(' ').Append(name).Append("=\"");
        foreach (var c in value)
        {
            if (c is '"' or '\\' or ']')
            {
                text.Append('\\');
            }
            text.Append(c);
        }
        text.Append('"');
    }

    /// <summary>A name in the header: printable ASCII without blanks, or a dash.</summary>
    private static string Name(string text, int longest)
    {
        var name = string.Concat(text.Where(c => c is > ' ' and <= '~').Take(longest));
        return name.Length == 0 ? "-" : name;
    }
}
