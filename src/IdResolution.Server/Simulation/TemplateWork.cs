using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using IdResolution.Server.SnmsWire;

namespace IdResolution.Server.Simulation;

/// <summary>The rules of the protocol for templates.</summary>
internal static class TemplateWork
{
    // 1000, 1001 and 1999 are reserved, and all below.
    private const int FirstIndex = 2000;
    private const int MaxPrefix = 64;
    private const int MaxVersion = 128;
    private const int MaxText = 255;

    public static Reply NotFound(string version) => Reply.Refused($"没有找到模板: {version}");

    /// <summary>Makes a template. In version 3 it numbers the attributes itself.</summary>
    public static Reply Create(Registry registry, SecondaryNodeUser user, SnmsTemplate form, bool isV5)
    {
        if ((KeyFault(user, form.Prefix, form.Version) ?? FormFault(form, isV5)) is { } fault)
        {
            return fault;
        }
        var made = form with
        {
            Id = registry.NextId(),
            Name = "",
            Handle = $"{form.Prefix}/META_{Hash($"{form.Prefix}/{form.Version}")}",
            Description = form.Description ?? "",
            Items =
            [
                .. form.Items!.Select((item, i) => New(registry, item!, isV5 ? item!.IdIndex!.Value : FirstIndex + i)),
            ],
        };
        return registry.Templates.TryAdd((form.Prefix!, form.Version!), made)
            ? Reply.Done
            : Reply.Refused($"模板已存在: {form.Version}");
    }

    /// <summary>Changes attributes that are named by index and type, and adds others. None is removed.</summary>
    public static Reply Update(Registry registry, SecondaryNodeUser user, SnmsTemplate form)
    {
        if ((KeyFault(user, form.Prefix, form.Version) ?? FormFault(form, isNumbered: false)) is { } fault)
        {
            return fault;
        }
        var key = (form.Prefix!, form.Version!);
        if (!registry.Templates.TryGetValue(key, out var old))
        {
            return NotFound(form.Version!);
        }
        var items = new List<SnmsTemplateAttribute>(old.Items!.Select(item => item!));
        foreach (var item in form.Items!)
        {
            if (Put(registry, items, item!) is { } twice)
            {
                return twice;
            }
        }
        if (NameTwice(items) is { } name)
        {
            return Twice("name", name);
        }
        registry.Templates[key] = form with
        {
            Id = old.Id,
            Name = old.Name,
            Handle = old.Handle,
            Description = form.Description ?? old.Description,
            Items = items,
        };
        return Reply.Done;
    }

    public static Reply Delete(Registry registry, SecondaryNodeUser user, SnmsTemplateKey key)
    {
        if (KeyFault(user, key.Prefix, key.Version) is { } fault)
        {
            return fault;
        }
        return registry.Templates.Remove((key.Prefix!, key.Version!)) ? Reply.Done : NotFound(key.Version!);
    }

    /// <summary>Shows a template. Version 3 knows neither its identifier nor indexes and states.</summary>
    public static Reply Read(Registry registry, SecondaryNodeUser user, SnmsTemplateKey key, bool isV5)
    {
        if (KeyFault(user, key.Prefix, key.Version) is { } fault)
        {
            return fault;
        }
        if (!registry.Templates.TryGetValue((key.Prefix!, key.Version!), out var template))
        {
            return NotFound(key.Version!);
        }
        var shown = isV5
            ? template
            : template with
            {
                Handle = null,
                Items = [.. template.Items!.Select(item => item! with { IdIndex = null, State = null })],
            };
        return Reply.Of(json => JsonSerializer.Serialize(json, shown, SnmsJson.Default.SnmsTemplate));
    }

    private static string? NameTwice(List<SnmsTemplateAttribute> items) =>
        items.CountBy(item => item.Name!).FirstOrDefault(name => name.Value > 1).Key;

    /// <summary>Changes the attribute that an item names, or adds it.</summary>
    private static Reply? Put(Registry registry, List<SnmsTemplateAttribute> items, SnmsTemplateAttribute item)
    {
        var at = items.FindIndex(there => there.IdIndex == item.IdIndex);
        if (at >= 0 && items[at].IdType == item.IdType)
        {
            items[at] = Changed(items[at], item);
            return null;
        }
        if (at >= 0 || items.Exists(there => there.IdType == item.IdType))
        {
            return Twice("idType", item.IdType!);
        }
        items.Add(New(registry, item, item.IdIndex ?? items.Max(there => there.IdIndex!.Value) + 1));
        return null;
    }

    private static Reply? KeyFault(SecondaryNodeUser user, string? prefix, string? version) =>
        Reply.Faulty(prefix, "prefix", MaxPrefix)
        ?? Reply.Faulty(version, "version", MaxVersion)
        ?? (user.Owns(prefix!) ? null : Reply.Forbidden);

    private static Reply? FormFault(SnmsTemplate form, bool isNumbered)
    {
        var fault =
            Reply.Faulty(form.IndustryCategory, "industryCategory", MaxText)
            ?? Reply.Faulty(form.IndustrySpecific, "industrySpecific", MaxText)
            ?? Reply.Faulty(form.IndustryTrade, "industryTrade", MaxText)
            ?? Reply.Faulty(form.IndustrySubclass, "industrySubclass", MaxText);
        if (fault is not null)
        {
            return fault;
        }
        if (form.Type is not (1 or 2))
        {
            return form.Type is null ? Reply.Missing("type") : Reply.Misshapen("type");
        }
        if (form.Items is not { Count: > 0 } items)
        {
            return Reply.Missing("items");
        }
        for (var i = 0; i < items.Count; i++)
        {
            if (ItemFault(items, i, isNumbered) is { } wrong)
            {
                return wrong;
            }
        }
        return null;
    }

    private static Reply? ItemFault(IReadOnlyList<SnmsTemplateAttribute?> items, int at, bool isNumbered)
    {
        var (item, name) = (items[at], $"items[{at}].");
        if (
            (
                Reply.Faulty(item?.Name, name + "name", MaxText) ?? Reply.Faulty(item!.IdType, name + "idType", MaxText)
            ) is
            { } fault
        )
        {
            return fault;
        }
        if (isNumbered && item!.IdIndex is null)
        {
            return Reply.Missing(name + "idIndex");
        }
        if (item!.IdIndex < FirstIndex)
        {
            return Reply.Refused($"{name}idIndex应不小于{FirstIndex}，1000、1001、1999为保留索引");
        }
        if (TwiceFault(items, at, name) is { } twice)
        {
            return twice;
        }
        return item.State is null or 0 or 1
            ? MetadataFault(item.Metadata, name + "metadata")
            : Reply.Misshapen(name + "state");
    }

    /// <summary>Refuses what an attribute has in common with one before it.</summary>
    private static Reply? TwiceFault(IReadOnlyList<SnmsTemplateAttribute?> items, int at, string name)
    {
        var item = items[at]!;
        for (var i = 0; i < at; i++)
        {
            if (items[i]!.Name == item.Name)
            {
                return Twice(name + "name", item.Name!);
            }
            if (items[i]!.IdType == item.IdType)
            {
                return Twice(name + "idType", item.IdType!);
            }
            if (item.IdIndex is { } index && items[i]!.IdIndex == index)
            {
                return Twice(name + "idIndex", $"{index}");
            }
        }
        return null;
    }

    private static Reply? MetadataFault(SnmsMetadata? metadata, string name) =>
        metadata switch
        {
            null => Reply.Missing(name),
            { Type: not (null or "string") } => Reply.Misshapen(name + ".type"),
            { MinLength: null } => Reply.Missing(name + ".minLength"),
            { MaxLength: null } => Reply.Missing(name + ".maxLength"),
            { MinLength: < 0 } => Reply.Misshapen(name + ".minLength"),
            _ => metadata.MaxLength < Math.Max(1, metadata.MinLength.Value)
                ? Reply.Misshapen(name + ".maxLength")
                : null,
        };

    private static SnmsTemplateAttribute New(Registry registry, SnmsTemplateAttribute item, int index) =>
        item with
        {
            IdIndex = index,
            MetadataId = registry.NextId(),
            Required = item.Required ?? false,
            State = item.State ?? 1,
            Metadata = item.Metadata! with { Type = "string" },
        };

    private static SnmsTemplateAttribute Changed(SnmsTemplateAttribute old, SnmsTemplateAttribute item) =>
        item with
        {
            MetadataId = old.MetadataId,
            Required = item.Required ?? false,
            State = item.State ?? old.State,
            Metadata = item.Metadata! with { Type = "string" },
        };

    private static Reply Twice(string field, string what) => Reply.Refused($"{field}重复: {what}");

    private static string Hash(string text) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 5));
}
