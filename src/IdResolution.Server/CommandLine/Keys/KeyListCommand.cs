using System.CommandLine;
using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Server.CommandLine.Shared;
using IdResolution.Server.Hosting;

namespace IdResolution.Server.CommandLine.Keys;

/// <summary><c>key list</c>: lists the keys, never their texts.</summary>
internal sealed class KeyListCommand
{
    private readonly Option<bool> _json = new("--json") { Description = "As JSON, for programs." };

    public static Command Create() => new KeyListCommand().Build();

    private Command Build()
    {
        var command = new Command(
            "list",
            """
            Lists the keys, revoked and expired ones included, and names those that end within 30 days. Last uses are
            as the nodes wrote them, once a minute.

            Example:
              idnode key list --data ./data --json | jq -r '.[] | select(.state == "active") | .id'
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
        var uses = await node.Get<KeyUses>().ReadAsync(cancellationToken);
        terminal.Out.WriteLine(parsed.GetValue(_json) ? ToJson(node, uses) : ToTable(node, uses));
        var now = node.Get<TimeProvider>().GetUtcNow();
        var ending = node.Get<CatalogHolder>().Current.Keys.Where(k => k.IsEnding(now)).Select(k => k.Id).ToList();
        if (ending.Count > 0)
        {
            terminal.Explain(
                $"These keys end within 30 days: {string.Join(", ", ending)}. Make others in time: idnode key create",
                $"以下密钥将在 30 天内到期：{string.Join("、", ending)}。请及时创建新密钥：idnode key create"
            );
        }
        return ExitCode.Done;
    }

    private static string ToTable(NodeContainer node, IReadOnlyDictionary<string, DateTimeOffset> uses)
    {
        var table = new TextTable(
            "ID",
            "ROLE",
            "STATE",
            "CREATED",
            "EXPIRES",
            "LAST USED",
            "RATE/S",
            "PREFIX",
            "PARTNER",
            "NAME"
        );
        foreach (var key in node.Get<CatalogHolder>().Current.Keys)
        {
            table.Add(
                key.Id,
                Name(key.Role),
                State(key, node.Get<TimeProvider>()),
                Time(key.CreatedAt),
                Time(key.ExpiresAt),
                Time(LastUse(uses, key)),
                key.RateLimit?.ToString() ?? "",
                key.Prefix ?? "",
                key.Partner ?? "",
                key.Name ?? ""
            );
        }
        return table.ToString();
    }

    private static string ToJson(NodeContainer node, IReadOnlyDictionary<string, DateTimeOffset> uses) =>
        IndentedJson.Write(writer =>
        {
            writer.WriteStartArray();
            foreach (var key in node.Get<CatalogHolder>().Current.Keys)
            {
                writer.WriteStartObject();
                writer.WriteString("id", key.Id);
                writer.WriteString("name", key.Name);
                writer.WriteString("role", Name(key.Role));
                writer.WriteString("state", State(key, node.Get<TimeProvider>()));
                writer.WriteString("createdAt", key.CreatedAt.UtcDateTime);
                WriteTime("expiresAt", key.ExpiresAt);
                WriteTime("lastUsedAt", LastUse(uses, key));
                WriteTime("revokedAt", key.RevokedAt);
                if (key.RateLimit is { } limit)
                {
                    writer.WriteNumber("rateLimit", limit);
                }
                if (key.Prefix is { } prefix)
                {
                    writer.WriteString("prefix", prefix);
                }
                if (key.Partner is { } partner)
                {
                    writer.WriteString("partner", partner);
                }
                if (key.HasSecret)
                {
                    writer.WriteBoolean("hasSecret", true);
                }
                writer.WriteEndObject();
            }
            writer.WriteEndArray();

            void WriteTime(string property, DateTimeOffset? time)
            {
                if (time is { } at)
                {
                    writer.WriteString(property, at.UtcDateTime);
                }
            }
        });

    private static DateTimeOffset? LastUse(IReadOnlyDictionary<string, DateTimeOffset> uses, ApiKey key) =>
        uses.TryGetValue(key.Id, out var at) ? at : null;

    private static string Name(Role role) => role.ToString().ToLowerInvariant();

    private static string State(ApiKey key, TimeProvider time)
    {
        if (key.RevokedAt is not null)
        {
            return "revoked";
        }
        return key.ExpiresAt <= time.GetUtcNow() ? "expired" : "active";
    }

    private static string Time(DateTimeOffset? time) => time?.UtcDateTime.ToString("yyyy-MM-dd HH:mm'Z'") ?? "";
}
