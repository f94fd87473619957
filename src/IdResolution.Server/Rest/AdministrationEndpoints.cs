using System.Globalization;
using IdResolution.Core.Access;
using IdResolution.Core.Errors;
using IdResolution.Core.Records;
using IdResolution.Server.Hosting;

namespace IdResolution.Server.Rest;

/// <summary>Keys, audit log and statistics.</summary>
internal sealed class AdministrationEndpoints(Node node)
{
    private const int Limit = 65_536;

    public async Task KeysAsync(HttpContext context)
    {
        if (!await Answers.RefusedAsync(context, Role.Admin))
        {
            await Answers.JsonAsync(context, StatusCodes.Status200OK, new Listing<KeyAnswer>([.. node.Catalog.Current.Keys.Select(k => Shown(k))]), RestJson.Default.ListingKeyAnswer);
        }
    }

    public async Task CreateKeyAsync(HttpContext context)
    {
        if (await Answers.RefusedAsync(context, Role.Admin))
        {
            return;
        }
        await Answers.WithBodyAsync(context, Limit, RestJson.Default.KeyBody, async body =>
        {
            var created = await node.Keys.CreateAsync(body.Role, body.Name, body.ExpiresAt, body.RateLimit, context.Caller(), context.RequestAborted);
            await (created.IsOk
                ? Answers.JsonAsync(context, StatusCodes.Status201Created, Shown(created.Value.Key, created.Value.Text), RestJson.Default.KeyAnswer)
                : Problem.WriteAsync(context, created.Error));
        });
    }

    public async Task RevokeKeyAsync(HttpContext context, string id)
    {
        var revoked = await node.Keys.RevokeAsync(id, context.Caller(), context.RequestAborted);
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
        if (await Answers.RefusedAsync(context, Role.Admin)
            || await Answers.NumberAsync(context, "before", 0, 0, long.MaxValue) is not { } before
            || await Answers.NumberAsync(context, "limit", 100, 1, 1_000) is not { } limit)
        {
            return;
        }
        // What is gathered belongs to the answer: an administrator who looks for a denial of this minute should find it.
        await node.Auditor.FlushAsync(all: true, context.RequestAborted);
        var lines = await node.AuditLog.ReadAsync(before, (int)limit, context.RequestAborted);
        await Answers.JsonAsync(
            context,
            StatusCodes.Status200OK,
            new Listing<AuditAnswer>([.. lines.Select(l => new AuditAnswer(l.Id, Micros.ToTime(l.Time), l.Caller, l.Action, l.Target, l.Outcome, l.Count))], lines.Count == limit ? lines[^1].Id : null),
            RestJson.Default.ListingAuditAnswer);
    }

    public async Task StatisticsAsync(HttpContext context)
    {
        if (await Answers.RefusedAsync(context, Role.Reader))
        {
            return;
        }
        var today = DateOnly.FromDateTime(node.Plant.Now.DateTime);
        var to = Day(context, "to", today);
        var from = to.IsOk ? Day(context, "from", to.Value.AddDays(-30)) : to;
        if (!from.IsOk)
        {
            await Problem.WriteAsync(context, from.Error);
            return;
        }
        await node.FlushAsync(last: false, context.RequestAborted);
        var template = context.Request.Query["template"].FirstOrDefault();
        var counts = await node.Statistics.ReadAsync(from.Value, to.Value, context.RequestAborted);
        await Answers.JsonAsync(
            context,
            StatusCodes.Status200OK,
            new Listing<StatisticAnswer>([.. counts.Where(c => template is null || c.Key.Template == template).Select(c => new StatisticAnswer(c.Key.Day, c.Key.Template, c.Key.Source, c.Key.Operation, c.Count))]),
            RestJson.Default.ListingStatisticAnswer);
    }

    private static Result<DateOnly> Day(HttpContext context, string name, DateOnly absent)
    {
        var text = context.Request.Query[name].FirstOrDefault();
        if (text is null)
        {
            return absent;
        }
        return DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? day
            : Error.Of(ErrorCode.InvalidValue, $"{name} must be a day, yyyy-MM-dd.", $"{name} 应为日期 yyyy-MM-dd。", name);
    }

    private static KeyAnswer Shown(ApiKey key, string? text = null) => new(key.Id, key.Name, key.Role, key.CreatedAt, key.ExpiresAt, key.RevokedAt, key.RateLimit, text);
}
