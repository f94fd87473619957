using IdResolution.Core.Snms;
using IdResolution.Server.SnmsWire;

namespace IdResolution.Server.Simulation;

/// <summary>
/// The rules of the protocol for identifiers, in its order: prefix, template, index, type, state, length, required
/// attributes, and last whether the identifier is there.
/// </summary>
internal static class IdentifierWork
{
    private const int MaxHandle = 255;
    private const int MaxValue = 255;
    private const int MaxVersion = 128;

    public static Reply Create(Registry registry, SecondaryNodeUser user, SnmsIdentifier? item)
    {
        if (Check(registry, user, item, out var template) is { } fault)
        {
            return fault;
        }
        var made = new HeldIdentifier(item!.Handle!, template!, Sorted(item.Value!));
        return registry.Identifiers.TryAdd(made.Handle, made) ? Reply.Done : Reply.Exists;
    }

    /// <summary>Sets the values at the indexes given. The others stay.</summary>
    public static Reply Update(Registry registry, SecondaryNodeUser user, SnmsIdentifier? item)
    {
        if (Check(registry, user, item, out var template) is { } fault)
        {
            return fault;
        }
        if (!registry.Identifiers.TryGetValue(item!.Handle!, out var held))
        {
            return Reply.NotFound;
        }
        var kept = held.Values.Where(old => item.Value!.All(v => v!.Index != old.Index));
        registry.Identifiers[held.Handle] = new(held.Handle, template!, Sorted([.. kept, .. item.Value!]));
        return Reply.Done;
    }

    public static Reply Delete(Registry registry, SecondaryNodeUser user, string? handle)
    {
        if (HandleFault(user, handle) is { } fault)
        {
            return fault;
        }
        return registry.Identifiers.Remove(handle!) ? Reply.Done : Reply.NotFound;
    }

    public static Reply Read(Registry registry, SecondaryNodeUser user, string? handle)
    {
        if (HandleFault(user, handle) is { } fault)
        {
            return fault;
        }
        return registry.Identifiers.TryGetValue(handle!, out var held) ? Reply.Of(held.Write) : Reply.NotFound;
    }

    /// <summary>The prefix of an identifier; empty if it has none.</summary>
    public static string PrefixOf(string? handle) =>
        handle?.IndexOf('/', StringComparison.Ordinal) is > 0 and var slash ? handle[..slash] : "";

    private static Reply? HandleFault(SecondaryNodeUser user, string? handle)
    {
        if (Reply.Faulty(handle, "handle", MaxHandle) is { } fault)
        {
            return fault;
        }
        var prefix = PrefixOf(handle);
        if (prefix.Length == 0 || handle!.Length == prefix.Length + 1)
        {
            return Reply.Misshapen("handle");
        }
        return user.Owns(prefix) ? null : Reply.Forbidden;
    }

    private static Reply? Check(
        Registry registry,
        SecondaryNodeUser user,
        SnmsIdentifier? item,
        out SnmsTemplate? template
    )
    {
        template = null;
        if (
            (
                HandleFault(user, item?.Handle)
                ?? Reply.Faulty(item!.TemplateVersion, "templateVersion", MaxVersion)
                ?? (item.Value is null ? Reply.Missing("value") : null)
            ) is
            { } fault
        )
        {
            return fault;
        }
        return registry.Templates.TryGetValue((PrefixOf(item!.Handle), item.TemplateVersion!), out template)
            ? ValuesFault(template.Items!, item.Value!)
            : TemplateWork.NotFound(item.TemplateVersion!);
    }

    private static Reply? ValuesFault(
        IReadOnlyList<SnmsTemplateAttribute?> attributes,
        IReadOnlyList<SnmsValue?> values
    )
    {
        var given = new SnmsTemplateAttribute[values.Count];
        for (var i = 0; i < given.Length; i++)
        {
            if (Unreadable(values[i], i) is { } unreadable)
            {
                return unreadable;
            }
            if (attributes.FirstOrDefault(a => a!.IdIndex == values[i]!.Index) is not { } attribute)
            {
                return Reply.Refused(SnmsMessages.NoIndex(values[i]!.Index!.Value));
            }
            given[i] = attribute;
        }
        return First(given, i => TypeFault(given, values[i]!, i))
            ?? First(given, i => given[i].State == 0 ? OfIndex(given[i], "的属性已停用") : null)
            ?? First(given, i => LengthFault(given[i], values[i]!.Data!))
            ?? MissingFault(attributes, given, values);
    }

    private static Reply? First(SnmsTemplateAttribute[] given, Func<int, Reply?> check)
    {
        for (var i = 0; i < given.Length; i++)
        {
            if (check(i) is { } fault)
            {
                return fault;
            }
        }
        return null;
    }

    private static Reply? Unreadable(SnmsValue? value, int at)
    {
        var missing = value switch
        {
            { Index: null } or null => "index",
            { Type: null } => "type",
            { Data: null } => "data",
            { Data.Format: null } => "data.format",
            { Data.Value: null } => "data.value",
            _ => null,
        };
        return missing is null ? null : Reply.Missing($"value[{at}].{missing}");
    }

    private static Reply? TypeFault(SnmsTemplateAttribute[] given, SnmsValue value, int at)
    {
        if (value.Type != given[at].IdType)
        {
            return OfIndex(given[at], $"的类型应为{given[at].IdType}");
        }
        return Array.IndexOf(given, given[at]) == at ? null : OfIndex(given[at], "重复");
    }

    private static Reply? LengthFault(SnmsTemplateAttribute attribute, SnmsData data)
    {
        if (data.Format != "string")
        {
            return OfIndex(attribute, "的数据格式只能为string");
        }
        // A character beyond the first 65,536 is two of UTF-16.
        var length = data.Value!.Length;
        foreach (var c in data.Value)
        {
            length -= char.IsLowSurrogate(c) ? 1 : 0;
        }
        var (least, most) = (attribute.Metadata!.MinLength!.Value, attribute.Metadata.MaxLength!.Value);
        most = Math.Min(most, MaxValue);
        return length >= least && length <= most
            ? null
            : Reply.Refused($"属性{attribute.IdType}的长度应为{least}至{most}个字符");
    }

    private static Reply? MissingFault(
        IReadOnlyList<SnmsTemplateAttribute?> attributes,
        SnmsTemplateAttribute[] given,
        IReadOnlyList<SnmsValue?> values
    )
    {
        foreach (var attribute in attributes)
        {
            if (attribute is { Required: true, State: 1 })
            {
                var at = Array.IndexOf(given, attribute);
                if (at < 0 || values[at]!.Data!.Value!.Length == 0)
                {
                    return Reply.Refused($"缺少必填属性: {attribute.IdType}");
                }
            }
        }
        return null;
    }

    private static Reply OfIndex(SnmsTemplateAttribute attribute, string what) =>
        Reply.Refused($"非法操作，索引{attribute.IdIndex}{what}");

    private static SnmsValue[] Sorted(IEnumerable<SnmsValue?> values) => [.. values.OrderBy(v => v!.Index)!];
}
