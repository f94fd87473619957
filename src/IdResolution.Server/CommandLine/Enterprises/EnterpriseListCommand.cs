using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using IdResolution.Core.Access;
using IdResolution.Core.Administration;
using IdResolution.Server.CommandLine.Shared;

namespace IdResolution.Server.CommandLine.Enterprises;

/// <summary><c>enterprise list</c>: lists the enterprises, what arrived, and their routes.</summary>
internal sealed class EnterpriseListCommand
{
    private const int Page = 100;

    private readonly Option<bool> _json = new("--json") { Description = "As JSON, for programs." };

    public static Command Create() => new EnterpriseListCommand().Build();

    private Command Build()
    {
        var command = new Command(
            "list",
            """
            Lists the enterprises whose records this node takes: their keys that are valid, how many identifiers they
            have here, when they last registered one and were last seen, and where resolvers are sent on to.

            Example:
              idnode enterprise list --data ./data
            """
        )
        {
            Settings.Data,
            _json,
        };
        return command.Doing(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellationToken)
    {
        using var node = await Settings.OpenNodeAsync(parsed);
        var found = new List<Enterprise>();
        var isLast = false;
        while (!isLast)
        {
            var read = await node.Get<EnterpriseReader>()
                .ReadAsync(found.LastOrDefault()?.Prefix, Page, Caller.CommandLine, cancellationToken);
            if (!read.TryGet(out var page, out var error))
            {
                return terminal.Refuse(error);
            }
            found.AddRange(page);
            isLast = page.Length < Page;
        }
        var now = node.Get<TimeProvider>().GetUtcNow();
        terminal.Out.WriteLine(parsed.GetValue(_json) ? ToJson(found, now) : ToTable(found, now));
        return ExitCode.Done;
    }

    private static string ToTable(List<Enterprise> found, DateTimeOffset now)
    {
        var table = new TextTable("PREFIX", "KEYS", "IDENTIFIERS", "LAST REGISTERED", "LAST SEEN", "ROUTE");
        foreach (var enterprise in found)
        {
            table.Add(
                enterprise.Prefix,
                string.Join(", ", NamesOf(enterprise, now)),
                enterprise.Identifiers.ToString(CultureInfo.InvariantCulture),
                Time(enterprise.RegisteredAt),
                Time(enterprise.SeenAt),
                enterprise.Route?.Shown().En ?? ""
            );
        }
        return table.ToString();
    }

    private static string ToJson(List<Enterprise> found, DateTimeOffset now) =>
        IndentedJson.Write(writer =>
        {
            writer.WriteStartArray();
            foreach (var enterprise in found)
            {
                Write(writer, enterprise, now);
            }
            writer.WriteEndArray();
        });

    private static void Write(Utf8JsonWriter writer, Enterprise enterprise, DateTimeOffset now)
    {
        writer.WriteStartObject();
        writer.WriteString("prefix", enterprise.Prefix);
        writer.WriteStartArray("keys");
        foreach (var name in NamesOf(enterprise, now))
        {
            writer.WriteStringValue(name);
        }
        writer.WriteEndArray();
        writer.WriteNumber("identifiers", enterprise.Identifiers);
        WriteTime("registeredAt", enterprise.RegisteredAt);
        WriteTime("seenAt", enterprise.SeenAt);
        if (enterprise.Route?.Shown().En is { Length: > 0 } route)
        {
            writer.WriteString("route", route);
        }
        writer.WriteEndObject();

        void WriteTime(string property, DateTimeOffset? time)
        {
            if (time is { } at)
            {
                writer.WriteString(property, at.UtcDateTime);
            }
        }
    }

    private static IEnumerable<string> NamesOf(Enterprise enterprise, DateTimeOffset now) =>
        enterprise.Keys.Where(key => key.IsValid(now)).Select(key => key.Name ?? key.Id);

    private static string Time(DateTimeOffset? time) =>
        time?.UtcDateTime.ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture) ?? "";
}
