using IdResolution.Core.Administration;
using IdResolution.Core.Catalog;
using IdResolution.Core.Records;
using IdResolution.Core.Registration;
using IdResolution.Core.Views;
using IdResolution.Server.Http;

namespace IdResolution.Server.Rest;

/// <summary>The calls about the keys by which other systems know items, and about those systems.</summary>
internal sealed class BusinessKeyEndpoints(
    BusinessKeyEditor editor,
    CatalogHolder catalog,
    CatalogReader shown,
    SourceEditor sources,
    RenderContext render
)
{
    private const string Route = "/api/v1/business-keys/";

    public Task AddAsync(HttpContext context) =>
        HttpResults.WithBodyAsync(
            context,
            RestJson.Default.BusinessKeyBody,
            async (body, misread) =>
            {
                var target = IdentifierTarget.Parse(context, Route);
                var result = target.TryGet(out var identifier, out var error)
                    ? await editor.AddAsync(
                        identifier,
                        body.Source,
                        body.SourceKey,
                        context.Caller(),
                        context.RequestAborted,
                        misread
                    )
                    : error;
                if (!result.TryGet(out var added, out error))
                {
                    await Problem.WriteAsync(context, error);
                    return;
                }
                var projection = context.Caller().Projection;
                var record = RecordReader.Read(added.Record, catalog.Current, projection);
                context.Response.Headers.ETag = render.Tag(record.Version, projection, "json", "x");
                await BytesAnswer.WriteAsync(
                    context,
                    added.Outcome == WriteOutcome.Changed ? StatusCodes.Status201Created : StatusCodes.Status200OK,
                    "application/json",
                    RecordJson.Render(record)
                );
            }
        );

    public async Task RemoveAsync(HttpContext context)
    {
        var target = IdentifierTarget.Parse(context, Route);
        var result = target.TryGet(out var identifier, out var error)
            ? await editor.RemoveAsync(
                identifier,
                HttpResults.Text(context, "source"),
                HttpResults.Text(context, "sourceKey"),
                context.Caller(),
                context.RequestAborted
            )
            : error;
        if (result.IsOk)
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
        }
        else
        {
            await Problem.WriteAsync(context, result.Error);
        }
    }

    public Task SourcesAsync(HttpContext context) =>
        HttpResults.JsonAsync(
            context,
            shown.Sources(context.Caller()),
            all => new Listing<SourceBody>([.. all.Select(Shown)]),
            RestJson.Default.ListingSourceBody
        );

    public Task SaveSourceAsync(HttpContext context) =>
        HttpResults.WithBodyAsync(
            context,
            RestJson.Default.SourceBody,
            async (body, misread) =>
            {
                var source = new Source
                {
                    Code = body.Code,
                    Prefix = body.Prefix,
                    CaseSensitive = body.CaseSensitive,
                    Names = body.Names,
                };
                var saved = await sources.SaveAsync(source, context.Caller(), context.RequestAborted, misread);
                await HttpResults.SavedAsync<SourceBody>(
                    context,
                    saved.TryGet(out var kept, out var error) ? (Shown(kept.Source), kept.IsNew) : error,
                    RestJson.Default.SourceBody
                );
            }
        );

    private static SourceBody Shown(Source source) =>
        new(source.Code, source.Prefix, source.CaseSensitive, source.Names);
}
