using System.Buffers;
using System.Text.Json;
using IdResolution.Core;
using IdResolution.Core.Access;
using IdResolution.Core.Errors;
using IdResolution.Core.Templates;
using IdResolution.Server.Hosting;

namespace IdResolution.Server.Rest;

/// <summary>Templates, categories and coding rules.</summary>
internal sealed class TemplateEndpoints(Node node)
{
    // A template of 500 attributes with long texts.
    private const int Limit = 4 << 20;

    public async Task ListAsync(HttpContext context)
    {
        if (await Answers.RefusedAsync(context, Role.Partner))
        {
            return;
        }
        var catalog = node.Catalog.Current;
        var buffer = new ArrayBufferWriter<byte>(65_536);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteStartArray("items");
            foreach (var code in catalog.TemplateCodes)
            {
                JsonSerializer.Serialize(writer, catalog.FindLatest(code)!.ShownTo(context.Caller()), CoreJson.Default.Template);
            }
            writer.WriteEndArray();
            writer.WriteEndObject();
        }
        await Answers.BytesAsync(context, StatusCodes.Status200OK, "application/json", buffer.WrittenMemory);
    }

    public async Task GetAsync(HttpContext context, string code)
    {
        if (await Answers.RefusedAsync(context, Role.Partner) || await Answers.NumberAsync(context, "version", 0, 0, int.MaxValue) is not { } version)
        {
            return;
        }
        var catalog = node.Catalog.Current;
        var template = version == 0 ? catalog.FindLatest(code) : catalog.FindVersion(code, (int)version);
        await (template is null
            ? Problem.WriteAsync(context, Error.Of(ErrorCode.NotFound, $"There is no template {code}.", $"没有模板 {code}。", "code"))
            : Answers.JsonAsync(context, StatusCodes.Status200OK, template.ShownTo(context.Caller()), CoreJson.Default.Template));
    }

    public async Task SaveAsync(HttpContext context)
    {
        if (await Answers.RefusedAsync(context, Role.Admin))
        {
            return;
        }
        await Answers.WithBodyAsync(context, Limit, CoreJson.Default.Template, async template =>
        {
            var saved = await node.Templates.SaveDraftAsync(template, context.Caller(), context.RequestAborted);
            await (saved.IsOk
                ? Answers.JsonAsync(context, saved.Value.IsNew ? StatusCodes.Status201Created : StatusCodes.Status200OK, saved.Value.Template, CoreJson.Default.Template)
                : Problem.WriteAsync(context, saved.Error));
        });
    }

    public async Task PublishAsync(HttpContext context, string code) =>
        await Answers.JsonAsync(context, StatusCodes.Status200OK, await node.Templates.PublishAsync(code, context.Caller(), context.RequestAborted), CoreJson.Default.Template);

    public async Task WithdrawAsync(HttpContext context, string code) =>
        await Answers.JsonAsync(context, StatusCodes.Status200OK, await node.Templates.WithdrawAsync(code, context.Caller(), context.RequestAborted), CoreJson.Default.Template);

    public async Task CopyAsync(HttpContext context, string code)
    {
        if (await Answers.RefusedAsync(context, Role.Admin))
        {
            return;
        }
        await Answers.WithBodyAsync(context, Limit, RestJson.Default.CopyBody, async body =>
            await Answers.JsonAsync(
                context,
                StatusCodes.Status201Created,
                await node.Templates.CopyAsync(code, body.Code, body.Names, body.Category, context.Caller(), context.RequestAborted),
                CoreJson.Default.Template));
    }

    public async Task ImportAsync(HttpContext context)
    {
        if (await Answers.RefusedAsync(context, Role.Admin))
        {
            return;
        }
        await Answers.WithBodyAsync(context, node.Options.Limits.BatchBytes, CoreJson.Default.TemplatePack, async pack =>
        {
            var written = await node.Templates.ImportAsync(pack, context.Caller(), context.RequestAborted);
            await (written.IsOk
                ? Answers.JsonAsync(context, StatusCodes.Status200OK, new ImportAnswer(written.Value), RestJson.Default.ImportAnswer)
                : Problem.WriteAsync(context, written.Error));
        });
    }

    public async Task ExportAsync(HttpContext context)
    {
        if (!await Answers.RefusedAsync(context, Role.Reader))
        {
            await Answers.JsonAsync(context, StatusCodes.Status200OK, node.Templates.Export([.. context.Request.Query["template"].OfType<string>()]), CoreJson.Default.TemplatePack);
        }
    }

    public async Task CategoriesAsync(HttpContext context)
    {
        if (!await Answers.RefusedAsync(context, Role.Partner))
        {
            await Answers.JsonAsync(context, StatusCodes.Status200OK, new Listing<Category>([.. node.Catalog.Current.Categories.Values]), RestJson.Default.ListingCategory);
        }
    }

    public async Task SaveCategoryAsync(HttpContext context)
    {
        if (await Answers.RefusedAsync(context, Role.Admin))
        {
            return;
        }
        await Answers.WithBodyAsync(context, Limit, CoreJson.Default.Category, async category =>
        {
            var saved = await node.Templates.SaveCategoryAsync(category, context.Caller(), context.RequestAborted);
            await (saved.IsOk
                ? Answers.JsonAsync(context, saved.Value.IsNew ? StatusCodes.Status201Created : StatusCodes.Status200OK, saved.Value.Category, CoreJson.Default.Category)
                : Problem.WriteAsync(context, saved.Error));
        });
    }
}
