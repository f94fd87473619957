using System.Diagnostics.CodeAnalysis;
using Google.Protobuf.Collections;
using IdResolution.Core.Primitives;
using IdResolution.Core.Templates;

namespace IdResolution.Server.Grpc;

/// <summary>
/// Converts templates to and from messages. The messages' enumerations have the core's numbers plus one, since 0 means
/// "not said".
/// </summary>
internal static class TemplateMessages
{
    public static V1.Template ToMessage(Template template)
    {
        var message = new V1.Template
        {
            Code = template.Code,
            Version = template.Version,
            State = (V1.TemplateState)(template.State + 1),
            Identifier = template.Identifier,
            Names = ToMessage(template.Names),
            Description = ToMessage(template.Description),
        };
        EventMessages.Set(template.Category, text => message.Category = text);
        EventMessages.Set(template.CodingRule, text => message.CodingRule = text);
        EventMessages.Set(template.CopiedFrom, text => message.CopiedFrom = text);
        EventMessages.Set(template.Prefix, text => message.Prefix = text);
        EventMessages.Set(template.VersionText, text => message.VersionText = text);
        if (template.CarrierType is { } carrier)
        {
            message.CarrierType = carrier;
        }
        message.Industry = ToMessage(template.Industry);
        message.Trace = TraceRuleMessages.ToMessage(template.Trace);
        message.Attributes.AddRange(template.Attributes.Select(ToMessage));
        return message;
    }

    private static V1.IndustryCodes? ToMessage(IndustryCodes? industry)
    {
        if (industry is null)
        {
            return null;
        }
        var message = new V1.IndustryCodes();
        if (industry.Category is not null)
        {
            message.Category = industry.Category;
        }
        if (industry.Specific is not null)
        {
            message.Specific = industry.Specific;
        }
        if (industry.Trade is not null)
        {
            message.Trade = industry.Trade;
        }
        if (industry.Subclass is not null)
        {
            message.Subclass = industry.Subclass;
        }
        return message;
    }

    private static IndustryCodes? FromMessage(V1.IndustryCodes? message) =>
        message is null
            ? null
            : new IndustryCodes(
                message.HasCategory ? message.Category : null,
                message.HasSpecific ? message.Specific : null,
                message.HasTrade ? message.Trade : null,
                message.HasSubclass ? message.Subclass : null
            );

    /// <summary>A draft from a caller. What the node sets itself, such as version and state, is not read.</summary>
    public static Template FromMessage(V1.Template message) =>
        new()
        {
            Code = message.Code,
            Prefix = message.HasPrefix ? message.Prefix : null,
            Names = FromMessage(message.Names),
            Description = FromMessage(message.Description),
            Category = message.HasCategory ? message.Category : null,
            CodingRule = message.HasCodingRule ? message.CodingRule : null,
            VersionText = message.HasVersionText ? message.VersionText : null,
            Industry = FromMessage(message.Industry),
            CarrierType = message.HasCarrierType ? message.CarrierType : null,
            Attributes = [.. message.Attributes.Select(FromMessage)],
            Trace = TraceRuleMessages.FromMessage(message.Trace),
        };

    [return: NotNullIfNotNull(nameof(message))]
    public static Names? FromMessage(V1.Names? message) =>
        message is null ? null : new Names(message.HasEn ? message.En : null, message.HasZh ? message.Zh : null);

    private static AttributeDefinition FromMessage(V1.Attribute message) =>
        new()
        {
            Code = message.Code,
            Names = FromMessage(message.Names),
            Type =
                message.Type == V1.AttributeType.Unspecified ? AttributeType.Text : (AttributeType)(message.Type - 1),
            Unit = message.HasUnit ? message.Unit : null,
            UnitNames = FromMessage(message.UnitNames),
            Required = message.Required,
            Repeated = message.Repeated,
            Unique = message.Unique,
            Pattern = message.HasPattern ? message.Pattern : null,
            Minimum = message.HasMinimum ? message.Minimum : null,
            Maximum = message.HasMaximum ? message.Maximum : null,
            MinLength = message.HasMinLength ? message.MinLength : null,
            MaxLength = message.HasMaxLength ? message.MaxLength : null,
            Choices = message.Choices.Count > 0 ? [.. message.Choices] : null,
            ChoiceNames = ChoiceNames(message.ChoiceNames),
            State =
                message.State == V1.AttributeState.Unspecified
                    ? AttributeState.Active
                    : (AttributeState)(message.State - 1),
            Index = message.Index,
            Visibility =
                message.Visibility == V1.Visibility.Unspecified
                    ? Visibility.Private
                    : (Visibility)(message.Visibility - 1),
            Searchable = message.Searchable,
        };

    /// <summary>The names of choices; of a choice that is named twice, the last.</summary>
    private static Dictionary<string, Names>? ChoiceNames(RepeatedField<V1.ChoiceName> messages)
    {
        if (messages.Count == 0)
        {
            return null;
        }
        var names = new Dictionary<string, Names>(StringComparer.Ordinal);
        foreach (var message in messages)
        {
            names[message.Choice] = FromMessage(message.Names) ?? new Names();
        }
        return names;
    }

    private static V1.Attribute ToMessage(AttributeDefinition attribute)
    {
        var message = new V1.Attribute
        {
            Code = attribute.Code,
            Names = ToMessage(attribute.Names),
            Type = (V1.AttributeType)(attribute.Type + 1),
            Required = attribute.Required,
            Repeated = attribute.Repeated,
            Unique = attribute.Unique,
            State = (V1.AttributeState)(attribute.State + 1),
            Index = attribute.Index,
            Visibility = (V1.Visibility)(attribute.Visibility + 1),
            Searchable = attribute.Searchable,
            UnitNames = ToMessage(attribute.UnitNames),
        };
        if (attribute.Unit is not null)
        {
            message.Unit = attribute.Unit;
        }
        AddLimits(message, attribute);
        message.Choices.AddRange(attribute.Choices ?? []);
        foreach (var (choice, names) in attribute.ChoiceNames ?? new Dictionary<string, Names>())
        {
            message.ChoiceNames.Add(new V1.ChoiceName { Choice = choice, Names = ToMessage(names) });
        }
        return message;
    }

    private static void AddLimits(V1.Attribute message, AttributeDefinition attribute)
    {
        if (attribute.Pattern is not null)
        {
            message.Pattern = attribute.Pattern;
        }
        if (attribute.Minimum is not null)
        {
            message.Minimum = attribute.Minimum;
        }
        if (attribute.Maximum is not null)
        {
            message.Maximum = attribute.Maximum;
        }
        if (attribute.MinLength is { } minLength)
        {
            message.MinLength = minLength;
        }
        if (attribute.MaxLength is { } maxLength)
        {
            message.MaxLength = maxLength;
        }
    }

    [return: NotNullIfNotNull(nameof(names))]
    public static V1.Names? ToMessage(Names? names)
    {
        if (names is null)
        {
            return null;
        }
        var message = new V1.Names();
        if (names.En is not null)
        {
            message.En = names.En;
        }
        if (names.Zh is not null)
        {
            message.Zh = names.Zh;
        }
        return message;
    }
}
