using IdResolution.Core.Administration;
using IdResolution.Server.Http;

namespace IdResolution.Server.Rest;

/// <summary>The calls about partners and what they are shown.</summary>
internal sealed class PartnerEndpoints(
    PartnerEditor partners,
    GrantEditor grants,
    PartnerReader reader,
    TimeProvider time
)
{
    public Task ListAsync(HttpContext context)
    {
        var limit = (int)HttpResults.Number(context, "limit");
        return HttpResults.JsonAsync(
            context,
            reader.Partners(HttpResults.Text(context, "after"), limit, context.Caller()),
            found => new PartnersAnswer(
                [.. found.Select(PartnerBody.Of)],
                found.Length == limit ? found[^1].Code : null
            ),
            RestJson.Default.PartnersAnswer
        );
    }

    public Task GetAsync(HttpContext context, string code) =>
        HttpResults.JsonAsync(
            context,
            reader.Partner(code, context.Caller()),
            PartnerBody.Of,
            RestJson.Default.PartnerBody
        );

    public Task SaveAsync(HttpContext context) =>
        HttpResults.WithBodyAsync(
            context,
            RestJson.Default.PartnerBody,
            async (body, misread) =>
            {
                var saved = await partners.SaveAsync(
                    body.ToPartner(),
                    context.Caller(),
                    context.RequestAborted,
                    misread
                );
                await HttpResults.SavedAsync<PartnerBody>(
                    context,
                    saved.TryGet(out var kept, out var error) ? (PartnerBody.Of(kept.Partner), kept.IsNew) : error,
                    RestJson.Default.PartnerBody
                );
            }
        );

    public Task ListGrantsAsync(HttpContext context)
    {
        var limit = (int)HttpResults.Number(context, "limit");
        return HttpResults.JsonAsync(
            context,
            reader.Grants(
                HttpResults.Text(context, "partner"),
                HttpResults.Text(context, "after"),
                limit,
                context.Caller()
            ),
            found => new GrantsAnswer(
                [.. found.Select(grant => GrantAnswer.Of(grant, time.GetUtcNow()))],
                found.Length == limit ? found[^1].Id : null
            ),
            RestJson.Default.GrantsAnswer
        );
    }

    public Task GetGrantAsync(HttpContext context, string id) =>
        HttpResults.JsonAsync(
            context,
            reader.Grant(id, context.Caller()),
            grant => GrantAnswer.Of(grant, time.GetUtcNow()),
            RestJson.Default.GrantAnswer
        );

    public Task MakeGrantAsync(HttpContext context) =>
        HttpResults.WithBodyAsync(
            context,
            RestJson.Default.GrantBody,
            async (body, misread) =>
            {
                var made = await grants.MakeAsync(body.ToGrant(), context.Caller(), context.RequestAborted, misread);
                await HttpResults.SavedAsync<GrantAnswer>(
                    context,
                    made.TryGet(out var grant, out var error) ? (GrantAnswer.Of(grant, time.GetUtcNow()), true) : error,
                    RestJson.Default.GrantAnswer
                );
            }
        );

    public async Task EndGrantAsync(HttpContext context, string id)
    {
        var ended = await grants.EndAsync(id, context.Caller(), context.RequestAborted);
        if (ended.IsOk)
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
        }
        else
        {
            await Problem.WriteAsync(context, ended.Error);
        }
    }
}
