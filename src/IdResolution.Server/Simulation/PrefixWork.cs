using System.Globalization;
using System.Text.Json;

namespace IdResolution.Server.Simulation;

/// <summary>The calls about prefixes. A simulated enterprise is called as its user.</summary>
internal static class PrefixWork
{
    private const int MaxPrefix = 64;
    private const int MaxPage = 1_000;
    private const int NotHosted = 1;
    private const int Hosted = 4;

    private static readonly TimeSpan s_china = TimeSpan.FromHours(8);

    public static Reply Query(SecondaryNodeUser user, string? prefix, DateTimeOffset created)
    {
        if (Reply.Faulty(prefix, "prefix", MaxPrefix) is { } fault)
        {
            return fault;
        }
        return user.Owns(prefix!) ? Reply.Of(Write) : Reply.Forbidden;

        void Write(Utf8JsonWriter json)
        {
            json.WriteStartObject();
            json.WriteString("prefix", prefix);
            json.WriteString("createDate", Text(created));
            json.WriteString("ghrName", "国家顶级节点（模拟）");
            json.WriteNumber("status", 1);
            json.WriteString("entNameCn", user.Name);
            json.WriteString("entWebSite", "");
            json.WriteString("entIndustry", "");
            json.WriteString("entAddrCn", "");
            json.WriteString("entDesc", "");
            json.WriteEndObject();
        }
    }

    public static Reply Page(Registry registry, SecondaryNodeUser user, IQueryCollection query, DateTimeOffset created)
    {
        var (page, size) = (Number(query["currentPage"], 1), Number(query["pageSize"], 10));
        if (page is < 1 or > MaxPage || size is < 1 or > MaxPage)
        {
            return Reply.Misshapen("currentPage, pageSize");
        }
        var found = Found(user, query, created);
        var shown = found.Skip((page - 1) * size).Take(size).ToList();
        return Reply.Of(json =>
        {
            json.WriteStartObject();
            WriteCounts(json, page, size, found.Count);
            json.WriteNumber("numberOfElements", shown.Count);
            json.WriteStartArray("content");
            foreach (var prefix in shown)
            {
                var isHosted = registry.Routes.GetValueOrDefault(prefix)?.ProxyServerId is not null;
                Write(json, prefix, found.IndexOf(prefix) + 1, isHosted, user, created);
            }
            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    /// <summary>The prefixes that a query asks for.</summary>
    private static List<string> Found(SecondaryNodeUser user, IQueryCollection query, DateTimeOffset created) =>
        user.Name.Contains(query["entName"].ToString(), StringComparison.Ordinal)
        && IsWithin(Text(created), query["startDate"].ToString(), query["endDate"].ToString())
            ? [.. user.Prefixes.Where(p => p.Contains(query["entPrefix"].ToString(), StringComparison.Ordinal))]
            : [];

    private static void WriteCounts(Utf8JsonWriter json, int page, int size, int all)
    {
        var pages = (all + size - 1) / size;
        json.WriteBoolean("first", page == 1);
        json.WriteBoolean("last", page >= pages);
        json.WriteNumber("totalPages", pages);
        json.WriteNumber("totalElements", all);
        json.WriteNumber("number", page - 1);
        json.WriteNumber("size", size);
    }

    private static void Write(
        Utf8JsonWriter json,
        string prefix,
        int number,
        bool isHosted,
        SecondaryNodeUser user,
        DateTimeOffset created
    )
    {
        json.WriteStartObject();
        json.WriteNumber("id", number);
        json.WriteString("createDate", Text(created));
        json.WriteString("updateDate", Text(created));
        json.WriteString("entPrefix", prefix);
        json.WriteNumber("entId", 1);
        json.WriteNumber("state", 1);
        json.WriteString("entName", user.Name);
        json.WriteNumber("proxyState", isHosted ? Hosted : NotHosted);
        json.WriteEndObject();
    }

    private static string Text(DateTimeOffset time) =>
        time.ToOffset(s_china).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>True if a time is from the first day or time to the last, each of which may be empty.</summary>
    private static bool IsWithin(string time, string first, string last) =>
        string.CompareOrdinal(time, first) >= 0
        && (last.Length == 0 || string.CompareOrdinal(time[..Math.Min(time.Length, last.Length)], last) <= 0);

    private static int Number(string? text, int usual)
    {
        if (string.IsNullOrEmpty(text))
        {
            return usual;
        }
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
    }
}
