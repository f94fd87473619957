using System.Text.Json;
using IdResolution.Core.Errors;
using IdResolution.Core.Primitives;
using IdResolution.Core.Snms;
using IdResolution.Core.Templates;
using IdResolution.Server.Http;
using IdResolution.Server.SnmsWire;

namespace IdResolution.Server.Snms;

/// <summary>The calls of <c>/snms/api/v3/template</c> and <c>/snms/api/v5/template</c>.</summary>
internal sealed class TemplateCalls(SnmsTemplates templates)
{
    // A template of 500 attributes with long texts.
    private const int Longest = 4 << 20;

    private const int Small = 65_536;

    public Task<SnmsReply> ReadV3Async(HttpContext context) => Task.FromResult(Read(context, isV5: false));

    public Task<SnmsReply> ReadV5Async(HttpContext context) => Task.FromResult(Read(context, isV5: true));

    public Task<SnmsReply> CreateV3Async(HttpContext context) => CreateAsync(context, isNumbered: false);

    public Task<SnmsReply> CreateV5Async(HttpContext context) => CreateAsync(context, isNumbered: true);

    public async Task<SnmsReply> UpdateAsync(HttpContext context) =>
        (await FormAsync(context)).TryGet(out var form, out var error)
            ? SnmsReply.Of((await templates.UpdateAsync(form, context.Caller(), context.RequestAborted)).Error)
            : SnmsReply.Failed(error);

    public async Task<SnmsReply> DeleteAsync(HttpContext context)
    {
        var read = await SnmsBody.ReadAsync(context, Small, SnmsJson.Default.SnmsTemplateKey);
        if (!read.TryGet(out var key, out var error))
        {
            return SnmsReply.Failed(error);
        }
        var deleted = await templates.DeleteAsync(key.Prefix, key.Version, context.Caller(), context.RequestAborted);
        return SnmsReply.Of(deleted.Error);
    }

    private async Task<SnmsReply> CreateAsync(HttpContext context, bool isNumbered)
    {
        if (!(await FormAsync(context)).TryGet(out var form, out var error))
        {
            return SnmsReply.Failed(error);
        }
        if (!isNumbered)
        {
            // Version 3 knows no indexes: they are given in order of arrival.
            form = form with
            {
                Items = form.Items?.Select(item => item with { IdIndex = null }).ToList(),
            };
        }
        var created = await templates.CreateAsync(form, isNumbered, context.Caller(), context.RequestAborted);
        return SnmsReply.Of(created.Error);
    }

    private SnmsReply Read(HttpContext context, bool isV5)
    {
        var query = context.Request.Query;
        var prefix = query["prefix"].ToString();
        return templates.Read(prefix, query["version"], context.Caller()).TryGet(out var read, out var error)
            ? new SnmsReply(
                null,
                json =>
                    JsonSerializer.Serialize(
                        json,
                        Shown(read.Template, read.Number, prefix, isV5),
                        SnmsJson.Default.SnmsTemplate
                    )
            )
            : SnmsReply.Failed(error);
    }

    private static SnmsTemplate Shown(Template template, long number, string prefix, bool isV5) =>
        new()
        {
            Id = number,
            Prefix = template.Prefix ?? prefix,
            Name = template.Names?.In(Language.Chinese, "") ?? "",
            Version = template.SnmsVersion,
            Handle = isV5 ? template.Identifier : null,
            IndustryCategory = template.Industry?.Category ?? "",
            IndustrySpecific = template.Industry?.Specific ?? "",
            IndustryTrade = template.Industry?.Trade ?? "",
            IndustrySubclass = template.Industry?.Subclass ?? "",
            // What is not said is another carrier.
            Type = template.CarrierType ?? 2,
            Description = template.Description?.In(Language.Chinese, "") ?? "",
            Items = [.. template.Attributes.Select(attribute => Shown(attribute, isV5))],
        };

    private static SnmsTemplateAttribute Shown(AttributeDefinition attribute, bool isV5) =>
        new()
        {
            Name = SnmsNames.Of(attribute),
            IdType = attribute.Code,
            IdIndex = isV5 ? attribute.Index : null,
            MetadataId = attribute.Index,
            Required = attribute.Required,
            State = isV5 ? StateOf(attribute) : null,
            Metadata = new SnmsMetadata
            {
                Type = "string",
                MinLength = attribute.MinLength ?? 0,
                MaxLength = attribute.MaxLength ?? SnmsIdentifiers.MaxValue,
            },
        };

    private static int StateOf(AttributeDefinition attribute) => attribute.State == AttributeState.Active ? 1 : 0;

    private static async ValueTask<Result<SnmsTemplateForm>> FormAsync(HttpContext context)
    {
        var read = await SnmsBody.ReadAsync(context, Longest, SnmsJson.Default.SnmsTemplate);
        if (!read.TryGet(out var template, out var error))
        {
            return error;
        }
        var items = new List<SnmsTemplateItem>(template.Items?.Count ?? 0);
        for (var i = 0; i < template.Items?.Count; i++)
        {
            if (template.Items[i] is not { } item)
            {
                return SnmsErrors.Missing($"items[{i}]");
            }
            if (item.State is not (null or 0 or 1))
            {
                return SnmsErrors.Misshapen($"items[{i}].state");
            }
            items.Add(ItemOf(item));
        }
        return new SnmsTemplateForm
        {
            Prefix = template.Prefix,
            Version = template.Version,
            Industry = new IndustryCodes(
                template.IndustryCategory,
                template.IndustrySpecific,
                template.IndustryTrade,
                template.IndustrySubclass
            ),
            Type = template.Type,
            Description = template.Description,
            Items = template.Items is null ? null : items,
        };
    }

    private static SnmsTemplateItem ItemOf(SnmsTemplateAttribute item) =>
        new()
        {
            Name = item.Name,
            IdType = item.IdType,
            IdIndex = item.IdIndex,
            Required = item.Required ?? false,
            State = item.State switch
            {
                0 => AttributeState.Disabled,
                1 => AttributeState.Active,
                _ => null,
            },
            HasMetadata = item.Metadata is not null,
            Type = item.Metadata?.Type,
            MinLength = item.Metadata?.MinLength,
            MaxLength = item.Metadata?.MaxLength,
        };
}
