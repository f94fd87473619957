using IdResolution.Core.Administration;
using IdResolution.Core.Catalog;
using IdResolution.Core.Templates;
using IdResolution.Server.Http;

namespace IdResolution.Server.Rest;

/// <summary>The calls for templates, template packs and categories.</summary>
internal sealed class TemplateEndpoints(
    CatalogReader shown,
    TemplateEditor templates,
    CategoryEditor categories,
    TemplatePacks packs
)
{
    public Task ListAsync(HttpContext context) =>
        HttpResults.JsonAsync(
            context,
            StatusCodes.Status200OK,
            shown.Templates(context.Caller()),
            CatalogJson.Default.TemplateList
        );

    public Task GetAsync(HttpContext context, string code) =>
        HttpResults.JsonAsync(
            context,
            StatusCodes.Status200OK,
            shown.Template(code, (int)HttpResults.Number(context, "version"), context.Caller()),
            CatalogJson.Default.Template
        );

    public async Task SaveAsync(HttpContext context)
    {
        await HttpResults.WithBodyAsync(
            context,
            CatalogJson.Default.Template,
            async (template, misread) =>
                await HttpResults.SavedAsync(
                    context,
                    await templates.SaveDraftAsync(template, context.Caller(), context.RequestAborted, misread),
                    CatalogJson.Default.Template
                )
        );
    }

    public async Task PublishAsync(HttpContext context, string code) =>
        await HttpResults.JsonAsync(
            context,
            StatusCodes.Status200OK,
            await templates.PublishAsync(code, context.Caller(), context.RequestAborted),
            CatalogJson.Default.Template
        );

    public async Task WithdrawAsync(HttpContext context, string code) =>
        await HttpResults.JsonAsync(
            context,
            StatusCodes.Status200OK,
            await templates.WithdrawAsync(code, context.Caller(), context.RequestAborted),
            CatalogJson.Default.Template
        );

    public async Task CopyAsync(HttpContext context, string code)
    {
        await HttpResults.WithBodyAsync(
            context,
            RestJson.Default.CopyBody,
            async (body, misread) =>
                await HttpResults.JsonAsync(
                    context,
                    StatusCodes.Status201Created,
                    await templates.CopyAsync(
                        code,
                        body.Code,
                        body.Names,
                        body.Category,
                        context.Caller(),
                        context.RequestAborted,
                        misread
                    ),
                    CatalogJson.Default.Template
                )
        );
    }

    public async Task ImportAsync(HttpContext context)
    {
        await HttpResults.WithBodyAsync(
            context,
            CatalogJson.Default.TemplatePack,
            async (pack, misread) =>
            {
                var written = await packs.ImportAsync(pack, context.Caller(), context.RequestAborted, misread);
                await (
                    written.IsOk
                        ? HttpResults.JsonAsync(
                            context,
                            StatusCodes.Status200OK,
                            new ImportAnswer(written.Value.Count),
                            RestJson.Default.ImportAnswer
                        )
                        : Problem.WriteAsync(context, written.Error)
                );
            }
        );
    }

    public Task ExportAsync(HttpContext context) =>
        HttpResults.JsonAsync(
            context,
            StatusCodes.Status200OK,
            packs.Export(HttpResults.Texts(context, "template"), context.Caller()),
            CatalogJson.Default.TemplatePack
        );

    public Task CategoriesAsync(HttpContext context) =>
        HttpResults.JsonAsync(
            context,
            shown.Categories(context.Caller()),
            categories => new Listing<Category>(categories),
            RestJson.Default.ListingCategory
        );

    public async Task SaveCategoryAsync(HttpContext context)
    {
        await HttpResults.WithBodyAsync(
            context,
            CatalogJson.Default.Category,
            async (category, misread) =>
                await HttpResults.SavedAsync(
                    context,
                    await categories.SaveAsync(category, context.Caller(), context.RequestAborted, misread),
                    CatalogJson.Default.Category
                )
        );
    }
}
