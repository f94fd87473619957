using System.Text;
using IdResolution.Core.Access;
using IdResolution.Core.Administration;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.CodingRules;
using IdResolution.Core.Errors;
using IdResolution.Core.Primitives;
using IdResolution.Core.Records;
using IdResolution.Core.Registration;
using IdResolution.Core.Statistics;
using IdResolution.Core.Templates;
using IdResolution.Storage.Tests.Embedded;
using IdResolution.Testing;

namespace IdResolution.Storage.Tests.KeptStores;

/// <summary>Makes the small store that is kept: of each kind of thing that a store can hold, one or a few.</summary>
internal static class KeptStoreMaker
{
    private static readonly CancellationToken s_stop = CancellationToken.None;

    public static async Task MakeAsync(string file)
    {
        var time = new ManualTime(new DateTimeOffset(2026, 11, 29, 8, 0, 0, TimeSpan.Zero));
        using var node = await EmbeddedNode.OpenAsync(file, time);
        await AddDocumentsAsync(node, time);
        time.Advance(TimeSpan.FromHours(1));
        await AddTemplatedAsync(node, time);
        await AddRawAsync(node);
        time.Advance(TimeSpan.FromDays(1));
        await AddBesidesAsync(node);
    }

    /// <summary>A draft, a second version, a category, a rule; two keys, one of them revoked.</summary>
    private static async Task AddDocumentsAsync(EmbeddedNode node, TimeProvider time)
    {
        var templates = new TemplateEditor(node.Documents);
        var keys = new KeyIssuer(node.Documents, time, new AccessPolicy(), EmbeddedNode.Secrets);
        var category = new Category { Code = "parts", Names = new Names("Parts", "零件") };
        Must(await new CategoryEditor(node.Documents).SaveAsync(category, Caller.CommandLine, s_stop));
        var rule = new CodingRule { Code = "lot", Pattern = "LOT-{date:yyyy}{seq:4}" };
        Must(await new CodingRuleEditor(node.Documents).SaveAsync(rule, Caller.CommandLine, s_stop));
        var lot = new Template
        {
            Code = "lot",
            CodingRule = "lot",
            Category = "parts",
            Attributes =
            [
                new AttributeDefinition
                {
                    Code = "count",
                    Type = AttributeType.Integer,
                    Searchable = true,
                },
            ],
        };
        Must(await templates.SaveDraftAsync(lot, Caller.CommandLine, s_stop));
        Must(await templates.PublishAsync("lot", Caller.CommandLine, s_stop));
        Must(await templates.CopyAsync("lot", "draft", null, null, Caller.CommandLine, s_stop));
        Must(await keys.CreateAsync(new NewKey(Role.Registrar, "MES 一号", RateLimit: 50), Caller.CommandLine, s_stop));
        var (key, _) = Must(await keys.CreateAsync(new NewKey(Role.Reader, "gone"), Caller.CommandLine, s_stop));
        Must(await keys.RevokeAsync(key.Id, Caller.CommandLine, s_stop));
    }

    /// <summary>Active, changed, revoked, brought back, erased.</summary>
    private static async Task AddTemplatedAsync(EmbeddedNode node, ManualTime time)
    {
        await node.RegisterAsync("S-1");
        await node.RegisterAsync("S-2 ", power: "12.50", identifier: $"{EmbeddedNode.Prefix}/Own-Name");
        var changed = await node.RegisterAsync("氢能 😀");
        var revoked = await node.RegisterAsync("revoked");
        var back = await node.RegisterAsync("back", identifier: $"{EmbeddedNode.Prefix}/back");
        var erased = await node.RegisterAsync("erased");
        time.Advance(TimeSpan.FromMinutes(5));
        await node.UpdateAsync(changed, "power", "-7");
        await node.UpdateAsync(await node.RegisterAsync("renamed"), "serial", "renamed-2");
        await node.RevokeAsync(revoked);
        await node.RevokeAsync(back);
        await node.RegisterAsync("back", identifier: $"{EmbeddedNode.Prefix}/back", reinstate: true);
        await node.EraseAsync(erased, "a:power", "a:note");
        await node.RegisterAsync("last");
    }

    /// <summary>Handle values, with a secret among them.</summary>
    private static async Task AddRawAsync(EmbeddedNode node)
    {
        var request = new RegistrationRequest
        {
            Identifier = $"{EmbeddedNode.Prefix}/raw",
            Source = "erp",
            SourceKey = "raw 1",
            Values =
            [
                new RawValue
                {
                    Index = 1,
                    Type = "URL",
                    Data = Encoding.UTF8.GetBytes("https://example.com/原料"),
                },
                new RawValue
                {
                    Index = 2,
                    Type = "EMAIL",
                    Data = [0, 1, 255],
                    Ttl = 60,
                    Permissions = Permissions.AdminRead | Permissions.AdminWrite,
                    References = [new Reference($"{EmbeddedNode.Prefix}/Own-Name", 1)],
                },
                new RawValue
                {
                    Index = 300,
                    Type = RawValue.SecretKeyType,
                    Data = "a secret"u8.ToArray(),
                },
            ],
        };
        Must(await node.Registrar.RegisterAsync(request, Caller.CommandLine, s_stop));
    }

    /// <summary>
    /// What stands beside the log: counts, a reader with a dead letter, audit, numbers, a setting, a lease.
    /// </summary>
    private static async Task AddBesidesAsync(EmbeddedNode node)
    {
        var store = node.Store;
        var day = new DateOnly(2026, 11, 30);
        await store.Statistics.AddAsync(
            [
                new Statistic(new StatisticKey(day, "cell", "mes ", "resolve"), 5),
                new Statistic(new StatisticKey(day, "", "erp", "resolve"), 2),
            ],
            s_stop
        );
        var counting = (
            await store.Leases.TakeAsync(LogCounter.ReaderName, "node-a", TimeSpan.FromSeconds(5), s_stop)
        )!;
        var counted = new Statistic(new StatisticKey(day, "cell", "mes", "create"), 7);
        await store.Statistics.AddFromLogAsync(new LogMove(counting, LogCounter.ReaderName, 0, 9), [counted], s_stop);
        var reading = (await store.Leases.TakeAsync("erp", "node-a", TimeSpan.FromSeconds(5), s_stop))!;
        await store.Readers.SetAsideAsync(
            new LogMove(reading, "erp", 0, 12),
            new DeadLetter("erp", 12, "缺少 template ", RecordWrites.Time),
            s_stop
        );
        await store.Audit.AppendAsync([new AuditEvent(RecordWrites.Time, "k-2", "read", "目标", "denied", 3)], s_stop);
        await store.Sequences.ReserveAsync("MEA-", null, 7, s_stop);
        await store.Settings.GetOrAddAsync("kept", "设置 ");
    }

    private static T Must<T>(Result<T> result) =>
        result.IsOk
            ? result.Value
            : throw new AssertionException(
                $"{result.Error.Message.En} {string.Join(' ', result.Error.Details.Select(d => d.Message.En))}"
            );
}
