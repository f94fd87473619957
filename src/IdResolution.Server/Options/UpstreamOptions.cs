using System.Globalization;
using IdResolution.Core.Primitives;
using IdResolution.Core.Templates;
using IdResolution.Core.Upstream;

namespace IdResolution.Server.Options;

/// <summary>The section <c>Upstream</c>: the secondary node (二级节点) that this node reports to.</summary>
internal sealed class UpstreamOptions
{
    /// <summary>The address of its SNMS interface, such as https://snms.example.com:8000. Null for none.</summary>
    public string? Url { get; set; }

    /// <summary>The user name, or AccessKey.</summary>
    public string? User { get; set; }

    /// <summary>The file that holds the password, or SecretKey. The end of its last line is cut off.</summary>
    public string? SecretFile { get; set; }

    /// <summary>
    /// Records under this prefix, and under prefixes below it, go up. Null for those of every homed prefix.
    /// </summary>
    public string? Prefix { get; set; }

    /// <summary>True to send the password in the clear, for secondary nodes that know no other log-in.</summary>
    public bool ClearLogin { get; set; }

    /// <summary>What goes up: identifier, nothing, public or all.</summary>
    public UpstreamShare Share { get; set; }

    /// <summary>What goes up of single templates, by their codes.</summary>
    public Dictionary<string, UpstreamShare> Templates { get; set; } = [];

    /// <summary>The industry of templates that name none: four codes of GB/T 4754.</summary>
    public string Industry { get; set; } = "C,38,384,3849";

    /// <summary>The longest time for an answer, in seconds.</summary>
    public int TimeoutSeconds { get; set; } = 30;

    /// <summary>The most identifiers sent in a second. 0: as many as are taken.</summary>
    public int RatePerSecond { get; set; }

    /// <summary>
    /// The time of day in which sending begins and ends, by the plant's clock, such as 22:00-06:00. Null: at all times.
    /// </summary>
    public string? Window { get; set; }

    /// <summary>
    /// What the secondary node is told of where resolvers find this node: nothing, the address and ports of the site
    /// record (Site:Address), or that a server of its own hosts the prefix.
    /// </summary>
    public UpstreamRouteKind Route { get; set; }

    /// <summary>The number of the server that hosts the prefix, with Upstream:Route hosted.</summary>
    public long? ProxyServer { get; set; }

    /// <summary>True if a secondary node of this kind is told how many were registered and resolved each day.</summary>
    public bool Statistics { get; set; } = true;

    /// <summary>
    /// How often all records are compared with the secondary node, in hours from the end of one to the next. 0: never
    /// by itself.
    /// </summary>
    public int ReconcileHours { get; set; }

    /// <summary>True if what such a comparison finds is sent again.</summary>
    public bool ReconcileRepairs { get; set; }

    /// <summary>True if there is an upstream.</summary>
    internal bool IsUsed => !string.IsNullOrEmpty(Url);

    /// <summary>What goes up, and when.</summary>
    internal UpstreamRules Rules
    {
        get
        {
            var industry = Industry.Split(',', StringSplitOptions.TrimEntries);
            TryWindow(out var from, out var until);
            return new UpstreamRules
            {
                Target = $"{Spelled(Url)} {User}",
                Prefix = string.IsNullOrEmpty(Prefix) ? null : Prefix,
                Share = Share,
                Shares = Templates,
                Industry = new IndustryCodes(industry[0], industry[1], industry[2], industry[3]),
                From = from,
                Until = until,
            };
        }
    }

    /// <summary>An address in one spelling: host in lower case, default port and slash at the end left out.</summary>
    private static string? Spelled(string? url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var parsed) ? parsed.AbsoluteUri.TrimEnd('/') : url;

    internal void Validate(List<Text> errors)
    {
        if (!IsUsed)
        {
            return;
        }
        if (
            !Uri.TryCreate(Url, UriKind.Absolute, out var url)
            || url.Scheme is not ("http" or "https")
            || url.UserInfo.Length > 0
        )
        {
            errors.Add(
                new(
                    $"Upstream:Url (--upstream-url): '{Url}' must be an http or https URL without user and password, "
                        + "such as https://snms.example.com:8000.",
                    $"Upstream:Url（--upstream-url）：'{Url}' 应为不含用户名和密码的 http 或 https URL，例如 "
                        + "https://snms.example.com:8000。"
                )
            );
        }
        if (string.IsNullOrEmpty(User))
        {
            errors.Add(
                new(
                    "Upstream:User (--upstream-user): the user name for the secondary node is missing.",
                    "Upstream:User（--upstream-user）：缺少二级节点的用户名。"
                )
            );
        }
        if (string.IsNullOrEmpty(SecretFile) || !File.Exists(SecretFile))
        {
            errors.Add(
                new(
                    $"Upstream:SecretFile (--upstream-secret-file): '{SecretFile}' must be a file that holds the "
                        + "password for the secondary node.",
                    $"Upstream:SecretFile（--upstream-secret-file）：'{SecretFile}' 应为存放二级节点密码的文件。"
                )
            );
        }
        if (!string.IsNullOrEmpty(Prefix) && !Core.Identifiers.Prefix.TryParse(Prefix, out _))
        {
            errors.Add(
                new(
                    $"Upstream:Prefix: '{Prefix}' must be a prefix, such as 88.300.1.",
                    $"Upstream:Prefix：'{Prefix}' 应为前缀，例如 88.300.1。"
                )
            );
        }
        ValidateSending(errors);
    }

    private void ValidateSending(List<Text> errors)
    {
        if (
            Industry.Split(',', StringSplitOptions.TrimEntries) is not { Length: 4 } codes
            || codes.Any(static c => c.Length is 0 or > IndustryCodes.MaxLength)
        )
        {
            errors.Add(
                new(
                    $"Upstream:Industry: '{Industry}' must be four codes of GB/T 4754, such as C,38,384,3849.",
                    $"Upstream:Industry：'{Industry}' 应为 GB/T 4754 的四级代码，例如 C,38,384,3849。"
                )
            );
        }
        if (Route == UpstreamRouteKind.Hosted && ProxyServer is null)
        {
            errors.Add(
                new(
                    "Upstream:ProxyServer: the number of the server that hosts the prefix is missing.",
                    "Upstream:ProxyServer：缺少托管服务器的编号。"
                )
            );
        }
        if (TimeoutSeconds is < 1 or > 600)
        {
            errors.Add(
                new(
                    $"Upstream:TimeoutSeconds: {TimeoutSeconds} must be 1 to 600.",
                    $"Upstream:TimeoutSeconds：{TimeoutSeconds} 应为 1 至 600。"
                )
            );
        }
        if (ReconcileHours is < 0 or > 8_760)
        {
            errors.Add(
                new(
                    $"Upstream:ReconcileHours: {ReconcileHours} must be 0 to 8760.",
                    $"Upstream:ReconcileHours：{ReconcileHours} 应为 0 至 8760。"
                )
            );
        }
        if (RatePerSecond is < 0 or > 1_000_000)
        {
            errors.Add(
                new(
                    $"Upstream:RatePerSecond: {RatePerSecond} must be 0 to 1000000.",
                    $"Upstream:RatePerSecond：{RatePerSecond} 应为 0 至 1000000。"
                )
            );
        }
        if (!string.IsNullOrEmpty(Window) && !TryWindow(out _, out _))
        {
            errors.Add(
                new(
                    $"Upstream:Window: '{Window}' must be two different times of day, such as 22:00-06:00.",
                    $"Upstream:Window：'{Window}' 应为两个不同的时刻，例如 22:00-06:00。"
                )
            );
        }
    }

    private bool TryWindow(out TimeOnly? from, out TimeOnly? until)
    {
        (from, until) = (null, null);
        if (
            Window?.Split('-', StringSplitOptions.TrimEntries) is not [var first, var last]
            || !TryTime(first, out var begin)
            || !TryTime(last, out var end)
            || begin == end
        )
        {
            return false;
        }
        (from, until) = (begin, end);
        return true;

        static bool TryTime(string text, out TimeOnly time) =>
            TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out time);
    }
}

/// <summary>What the secondary node is told of where resolvers find this node.</summary>
internal enum UpstreamRouteKind
{
    /// <summary>Nothing: the operator has it set there.</summary>
    None,

    /// <summary>This node (未托管).</summary>
    Own,

    /// <summary>A server of the secondary node (托管).</summary>
    Hosted,
}
