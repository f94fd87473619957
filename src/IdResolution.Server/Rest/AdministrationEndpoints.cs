using IdResolution.Core.Access;
using IdResolution.Core.Administration;
using IdResolution.Core.Catalog;
using IdResolution.Core.Errors;
using IdResolution.Core.Primitives;
using IdResolution.Core.Statistics;
using IdResolution.Server.Http;

namespace IdResolution.Server.Rest;

/// <summary>The calls for keys, the audit log and statistics.</summary>
internal sealed class AdministrationEndpoints(
    CatalogReader shown,
    KeyIssuer keys,
    KeyUses uses,
    AuditReader audit,
    StatisticsReader statistics,
    PlantClock plant
)
{
    public async Task KeysAsync(HttpContext context)
    {
        var found = shown.Keys(context.Caller());
        var used = found.IsOk ? await uses.ReadAsync(context.RequestAborted) : null;
        await HttpResults.JsonAsync(
            context,
            found,
            keys => new Listing<KeyAnswer>([
                .. keys.Select(k => Shown(k) with { LastUsedAt = used!.TryGetValue(k.Id, out var at) ? at : null }),
            ]),
            RestJson.Default.ListingKeyAnswer
        );
    }

    public async Task CreateKeyAsync(HttpContext context)
    {
        await HttpResults.WithBodyAsync(
            context,
            RestJson.Default.KeyBody,
            async (body, misread) =>
            {
                if (body is { NoExpiry: true, ExpiresAt: not null })
                {
                    await Problem.WriteAsync(context, Faults.Join(misread, BothEnds())!);
                    return;
                }
                var created = await keys.CreateAsync(
                    new NewKey(
                        body.Role,
                        body.Name,
                        body.NoExpiry ? KeyIssuer.Never : body.ExpiresAt,
                        body.RateLimit,
                        body.Prefix,
                        body.Secret,
                        body.Partner
                    )
                    {
                        Misread = misread,
                    },
                    context.Caller(),
                    context.RequestAborted
                );
                await (
                    created.IsOk
                        ? HttpResults.JsonAsync(
                            context,
                            StatusCodes.Status201Created,
                            Shown(created.Value.Key, created.Value.Text),
                            RestJson.Default.KeyAnswer
                        )
                        : Problem.WriteAsync(context, created.Error)
                );
            }
        );
    }

    public async Task RevokeKeyAsync(HttpContext context, string id)
    {
        var revoked = await keys.RevokeAsync(id, context.Caller(), context.RequestAborted);
        if (revoked.IsOk)
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
        }
        else
        {
            await Problem.WriteAsync(context, revoked.Error);
        }
    }

    public async Task AuditAsync(HttpContext context) =>
        await HttpResults.JsonAsync(
            context,
            await audit.ReadAsync(
                new AuditQuery
                {
                    Before = HttpResults.Number(context, "before"),
                    From = Time(context, "from"),
                    To = Time(context, "to"),
                    Caller = HttpResults.Text(context, "caller"),
                    Action = HttpResults.Text(context, "action"),
                    Target = HttpResults.Text(context, "target"),
                    Outcome = HttpResults.Text(context, "outcome"),
                    Source = HttpResults.Text(context, "source"),
                    Partner = HttpResults.Text(context, "partner"),
                },
                (int)HttpResults.Number(context, "limit"),
                context.Caller(),
                context.RequestAborted
            ),
            page => new Listing<AuditAnswer>([.. page.Items.Select(Shown)], page.Next),
            RestJson.Default.ListingAuditAnswer
        );

    public async Task StatisticsAsync(HttpContext context)
    {
        var to = Day(context, "to") ?? DateOnly.FromDateTime(plant.Now.DateTime);
        var from = Day(context, "from") ?? to.AddDays(-Math.Min(30, to.DayNumber));
        var (template, prefix) = (HttpResults.Text(context, "template"), HttpResults.Text(context, "prefix"));
        await HttpResults.JsonAsync(
            context,
            await statistics.ReadAsync(from, to, template, prefix, context.Caller(), context.RequestAborted),
            counts => new Listing<StatisticAnswer>([.. counts.Select(Shown)]),
            RestJson.Default.ListingStatisticAnswer
        );
    }

    private static AuditAnswer Shown(AuditEvent line) =>
        new(
            line.Id,
            Micros.ToTime(line.Time),
            line.Kind,
            line.Caller,
            line.Source,
            line.OsUser,
            line.Action,
            line.Target,
            line.Outcome,
            line.Count,
            line.Trace,
            line.Node
        );

    /// <summary>A time of the query in microseconds since 1970; 0 for none.</summary>
    private static long Time(HttpContext context, string name) =>
        HttpResults.Text(context, name) is { } text && TextParameter.TryTime(text, out var time) ? Micros.Of(time) : 0;

    private static StatisticAnswer Shown(Statistic count) =>
        new(count.Key.Day, count.Key.Template, count.Key.Source, count.Key.Operation, count.Count);

    private static DateOnly? Day(HttpContext context, string name) =>
        HttpResults.Text(context, name) is { } text && TextParameter.TryDay(text, out var day) ? day : null;

    private static Error BothEnds() =>
        Error.Of(
            ErrorCode.InvalidValue,
            "noExpiry is for keys without expiresAt.",
            "noExpiry 不能与 expiresAt 同时使用。",
            "noExpiry"
        );

    private static KeyAnswer Shown(ApiKey key, string? text = null) =>
        new(key.Id, key.Role, key.CreatedAt, key.Name, key.ExpiresAt, key.RevokedAt, key.RateLimit, key.Prefix, text)
        {
            HasSecret = key.HasSecret ? true : null,
            Partner = key.Partner,
        };
}
