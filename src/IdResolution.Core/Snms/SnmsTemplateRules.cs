using IdResolution.Core.Errors;
using IdResolution.Core.Primitives;
using IdResolution.Core.Templates;

namespace IdResolution.Core.Snms;

/// <summary>The rules of the SNMS protocol for templates, and how a template is made from what a caller gave.</summary>
internal static class SnmsTemplateRules
{
    private const int MaxPrefix = 64;
    private const int MaxVersion = 128;

    /// <summary>The error for a prefix or a version text that is missing, too long or misshapen, or null.</summary>
    public static Error? CheckKey(string? prefix, string? version) =>
        Required(prefix, "prefix", MaxPrefix) ?? Required(version, "version", MaxVersion);

    /// <summary>The first fault of a template, or null.</summary>
    /// <param name="form">The template.</param>
    /// <param name="isNumbered">True if each attribute must have its index.</param>
    public static Error? Check(SnmsTemplateForm form, bool isNumbered)
    {
        if (CheckIndustry(form.Industry) is { } fault)
        {
            return fault;
        }
        if (form.Type is null)
        {
            return SnmsErrors.Missing("type");
        }
        if (form.Type is not (1 or 2))
        {
            return SnmsErrors.Invalid("type", "must be 1 or 2", "只能为1或2");
        }
        // Of more than one line, perhaps; but nothing that steers a terminal.
        if (form.Description?.Any(static c => char.IsControl(c) && c is not ('\n' or '\r' or '\t')) == true)
        {
            return SnmsErrors.Misshapen("description");
        }
        if (form.Items is not { Count: > 0 } items)
        {
            return SnmsErrors.Missing("items");
        }
        return CheckItems(items, isNumbered);
    }

    private static Error? CheckIndustry(IndustryCodes industry) =>
        Required(industry.Category, "industryCategory", IndustryCodes.MaxLength)
        ?? Required(industry.Specific, "industrySpecific", IndustryCodes.MaxLength)
        ?? Required(industry.Trade, "industryTrade", IndustryCodes.MaxLength)
        ?? Required(industry.Subclass, "industrySubclass", IndustryCodes.MaxLength);

    private static Error? CheckItems(IReadOnlyList<SnmsTemplateItem> items, bool isNumbered)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var types = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var indexes = new HashSet<int>();
        for (var i = 0; i < items.Count; i++)
        {
            var (item, at) = (items[i], $"items[{i}].");
            if (CheckItem(item, at, isNumbered) is { } fault)
            {
                return fault;
            }
            if (!names.Add(item.Name!))
            {
                return Twice(at + "name", item.Name!);
            }
            if (!types.Add(item.IdType!))
            {
                return Twice(at + "idType", item.IdType!);
            }
            if (item.IdIndex is { } index && !indexes.Add(index))
            {
                return Twice(at + "idIndex", index.ToString(System.Globalization.CultureInfo.InvariantCulture));
            }
        }
        return null;
    }

    private static Error? CheckItem(SnmsTemplateItem item, string at, bool isNumbered)
    {
        if ((Required(item.Name, at + "name", 200) ?? Required(item.IdType, at + "idType", 128)) is { } fault)
        {
            return fault;
        }
        if (isNumbered && item.IdIndex is null)
        {
            return SnmsErrors.Missing(at + "idIndex");
        }
        if (item.IdIndex < AttributeDefinition.FirstIndex)
        {
            return SnmsErrors.Invalid(
                at + "idIndex",
                "must be 2000 or more: 1000, 1001 and 1999 are reserved",
                "应不小于2000，1000、1001、1999为保留索引"
            );
        }
        if (!item.HasMetadata)
        {
            return SnmsErrors.Missing(at + "metadata");
        }
        return CheckMetadata(item, at + "metadata.");
    }

    private static Error? CheckMetadata(SnmsTemplateItem item, string at)
    {
        if (item.Type is not (null or "string"))
        {
            return SnmsErrors.Invalid(at + "type", "must be string", "只能为string");
        }
        if (item.MinLength is not { } least)
        {
            return SnmsErrors.Missing(at + "minLength");
        }
        if (item.MaxLength is not { } most)
        {
            return SnmsErrors.Missing(at + "maxLength");
        }
        return least < 0 || most < 1 || least > most || most > ValueCodec.MaxTextLength
            ? SnmsErrors.Invalid(
                at + "maxLength",
                $"must be 1 to {ValueCodec.MaxTextLength}, and not below minLength",
                $"应为1至{ValueCodec.MaxTextLength}，且不小于minLength"
            )
            : null;
    }

    /// <summary>
    /// Makes a template, without code. What is registered with it everybody may see, as in the reference.
    /// </summary>
    public static Template New(SnmsTemplateForm form)
    {
        var next = AttributeDefinition.FirstIndex;
        var attributes = new List<AttributeDefinition>(form.Items!.Count);
        foreach (var item in form.Items)
        {
            attributes.Add(NewAttribute(item, item.IdIndex ?? next++));
        }
        return new Template
        {
            Code = "",
            Prefix = form.Prefix,
            VersionText = form.Version,
            Names = new Names(form.Version, form.Version),
            Description = form.Description is { Length: > 0 } text ? new Names(Zh: text) : null,
            Industry = form.Industry,
            CarrierType = form.Type,
            Attributes = attributes,
        };
    }

    /// <summary>
    /// Makes the version that follows. An attribute whose index and type are both given is changed; one without index,
    /// or whose index nothing has, is added, and its type must be new.
    /// </summary>
    public static Result<Template> Changed(Template template, SnmsTemplateForm form)
    {
        var attributes = new List<AttributeDefinition>(template.Attributes);
        for (var i = 0; i < form.Items!.Count; i++)
        {
            if (Put(attributes, form.Items[i], $"items[{i}].idType") is { } fault)
            {
                return fault;
            }
        }
        return NameTwice(attributes) is { } name
            ? Twice("items.name", name)
            : template with
            {
                Description = form.Description is { Length: > 0 } text ? new Names(Zh: text) : template.Description,
                Industry = form.Industry,
                CarrierType = form.Type,
                Attributes = attributes,
            };
    }

    /// <summary>
    /// Keeps who may see what. An attribute that an earlier version had stays as visible as it was in the newest one
    /// that was published: it still has values, and an admin may have hidden them.
    /// </summary>
    public static Template KeepingVisibility(Template template, IReadOnlyList<Template> versions)
    {
        var kept = new Dictionary<string, Visibility>(StringComparer.Ordinal);
        foreach (var version in versions)
        {
            if (version.State != TemplateState.Draft)
            {
                foreach (var attribute in version.Attributes)
                {
                    kept[attribute.Code] = attribute.Visibility;
                }
            }
        }
        return template with
        {
            Attributes = template
                .Attributes.Select(a => a with { Visibility = kept.GetValueOrDefault(a.Code, a.Visibility) })
                .ToList(),
        };
    }

    /// <summary>Changes the attribute that an item names, or adds it.</summary>
    private static Error? Put(List<AttributeDefinition> attributes, SnmsTemplateItem item, string at)
    {
        var found = item.IdIndex is { } index ? attributes.FindIndex(a => a.Index == index) : -1;
        if (found >= 0 && attributes[found].Code != item.IdType)
        {
            return SnmsErrors.Invalid(
                at,
                $"must be {attributes[found].Code}, which has the index {item.IdIndex}",
                $"应为{attributes[found].Code}，索引{item.IdIndex}已被该属性使用"
            );
        }
        if (found >= 0)
        {
            attributes[found] = ChangedAttribute(attributes[found], item);
            return null;
        }
        if (attributes.Exists(a => a.Code.Equals(item.IdType, StringComparison.OrdinalIgnoreCase)))
        {
            return Twice(at, item.IdType!);
        }
        attributes.Add(NewAttribute(item, item.IdIndex ?? 0));
        return null;
    }

    private static string? NameTwice(List<AttributeDefinition> attributes)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var attribute in attributes)
        {
            if (!names.Add(SnmsNames.Of(attribute)))
            {
                return SnmsNames.Of(attribute);
            }
        }
        return null;
    }

    private static AttributeDefinition NewAttribute(SnmsTemplateItem item, int index) =>
        new()
        {
            Code = item.IdType!,
            Names = new Names(Zh: item.Name),
            Type = AttributeType.Text,
            Required = item.Required,
            MinLength = item.MinLength,
            MaxLength = item.MaxLength,
            State = item.State ?? AttributeState.Active,
            Index = index,
            Visibility = Visibility.Public,
        };

    private static AttributeDefinition ChangedAttribute(AttributeDefinition attribute, SnmsTemplateItem item) =>
        attribute with
        {
            Names = new Names(attribute.Names?.En, item.Name),
            Required = item.Required,
            MinLength = item.MinLength,
            MaxLength = item.MaxLength,
            State = item.State ?? attribute.State,
        };

    private static Error? Required(string? text, string name, int most)
    {
        if (string.IsNullOrEmpty(text))
        {
            return SnmsErrors.Missing(name);
        }
        if (text.Length > most)
        {
            return SnmsErrors.TooLong(name, most);
        }
        return text.Any(char.IsControl) ? SnmsErrors.Misshapen(name) : null;
    }

    private static Error Twice(string field, string what) =>
        SnmsErrors.Invalid(field, $"{what} is there twice", $"重复: {what}");
}
