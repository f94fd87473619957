using System.Globalization;
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
    AuditReader audit,
    StatisticsReader statistics,
    PlantClock plant
)
{
    public Task KeysAsync(HttpContext context) =>
        HttpResults.JsonAsync(
            context,
            shown.Keys(context.Caller()),
            keys => new Listing<KeyAnswer>([.. keys.Select(k => Shown(k))]),
            RestJson.Default.ListingKeyAnswer
        );

    public async Task CreateKeyAsync(HttpContext context)
    {
        await HttpResults.WithBodyAsync(
            context,
            RestJson.Default.KeyBody,
            async body =>
            {
                var created = await keys.CreateAsync(
                    body.Role,
                    body.Name,
                    body.ExpiresAt,
                    body.RateLimit,
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

    public async Task AuditAsync(HttpContext context)
    {
        if (
            await HttpResults.NumberAsync(context, "before") is not { } before
            || await HttpResults.NumberAsync(context, "limit") is not { } limit
        )
        {
            return;
        }
        await HttpResults.JsonAsync(
            context,
            await audit.ReadAsync(before, (int)limit, context.Caller(), context.RequestAborted),
            page => new Listing<AuditAnswer>([.. page.Items.Select(Shown)], page.Next),
            RestJson.Default.ListingAuditAnswer
        );
    }

    public async Task StatisticsAsync(HttpContext context)
    {
        var today = DateOnly.FromDateTime(plant.Now.DateTime);
        var to = Day(context, "to", today);
        var from = to.IsOk ? Day(context, "from", to.Value.AddDays(-30)) : to;
        if (!from.IsOk)
        {
            await Problem.WriteAsync(context, from.Error);
            return;
        }
        var template = HttpResults.Text(context, "template");
        await HttpResults.JsonAsync(
            context,
            await statistics.ReadAsync(from.Value, to.Value, template, context.Caller(), context.RequestAborted),
            counts => new Listing<StatisticAnswer>([.. counts.Select(Shown)]),
            RestJson.Default.ListingStatisticAnswer
        );
    }

    private static AuditAnswer Shown(AuditEvent line) =>
        new(line.Id, Micros.ToTime(line.Time), line.Caller, line.Action, line.Target, line.Outcome, line.Count);

    private static StatisticAnswer Shown(Statistic count) =>
        new(count.Key.Day, count.Key.Template, count.Key.Source, count.Key.Operation, count.Count);

    private static Result<DateOnly> Day(HttpContext context, string name, DateOnly absent)
    {
        var text = HttpResults.Text(context, name);
        if (text is null)
        {
            return absent;
        }
        return DateOnly.TryParseExact(
            text,
            "yyyy-MM-dd",
            CultureInfo.InvariantCulture,
            DateTimeStyles.None,
            out var day
        )
            ? day
            : Error.Of(
                ErrorCode.InvalidValue,
                $"{name} must be a day, yyyy-MM-dd.",
                $"{name} 应为日期 yyyy-MM-dd。",
                name
            );
    }

    private static KeyAnswer Shown(ApiKey key, string? text = null) =>
        new(key.Id, key.Name, key.Role, key.CreatedAt, key.ExpiresAt, key.RevokedAt, key.RateLimit, text);
}
