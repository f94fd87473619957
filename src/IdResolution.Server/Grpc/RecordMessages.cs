using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using IdResolution.Core.Records;
using IdResolution.Core.Resolution;
using IdResolution.Core.Templates;

namespace IdResolution.Server.Grpc;

/// <summary>Turns records into messages.</summary>
internal static class RecordMessages
{
    // A decimal text of so many digits survives the way through a double.
    private const int ExactDigits = 15;

    /// <summary>The message of a record that another node answered.</summary>
    public static V1.Record ToMessage(ForeignRecord record)
    {
        var message = new V1.Record
        {
            Identifier = record.Identifier,
            Status = V1.RecordStatus.Active,
            Attributes = new Struct(),
            Foreign = true,
        };
        foreach (var value in record.Values)
        {
            message.Values.Add(ToMessage(value));
        }
        return message;
    }

    public static V1.Record ToMessage(Record record)
    {
        var message = new V1.Record
        {
            Identifier = record.Identifier,
            Version = record.Version,
            Status = record.Status == RecordStatus.Active ? V1.RecordStatus.Active : V1.RecordStatus.Revoked,
            Attributes = ToMessage(record.Attributes),
            CreatedAt = Timestamp.FromDateTimeOffset(record.CreatedAt),
            UpdatedAt = Timestamp.FromDateTimeOffset(record.UpdatedAt),
        };
        if (record.Template is { } template)
        {
            message.Template = template.Code;
            message.TemplateVersion = template.Version;
        }
        if (record.Source is not null)
        {
            message.Source = record.Source;
        }
        if (record.SourceKey is not null)
        {
            message.SourceKey = record.SourceKey;
        }
        foreach (var (source, key) in record.Keys.Skip(1))
        {
            message.FurtherKeys.Add(new V1.BusinessKey { Source = source, SourceKey = key ?? "" });
        }
        foreach (var value in record.Values)
        {
            message.Values.Add(ToMessage(value));
        }
        return message;
    }

    /// <summary>Attribute values by code.</summary>
    public static Struct ToMessage(IReadOnlyList<AttributeValue> attributes)
    {
        var message = new Struct();
        foreach (var (attribute, canonical) in attributes)
        {
            message.Fields[attribute.Code] = ToValue(attribute, canonical);
        }
        return message;
    }

    /// <summary>True if a canonical number has no more digits than a double holds exactly.</summary>
    public static bool IsExact(string number)
    {
        var digits = 0;
        var zeros = 0;
        foreach (var c in number)
        {
            if (c is '-' or '.' || (c == '0' && digits == 0))
            {
                continue;
            }
            zeros = c == '0' ? zeros + 1 : 0;
            digits++;
        }
        // Zeros at the end of an integer do not count as digits. A number of more than 300 characters may be out of a
        // double's range.
        return digits - (number.Contains('.', StringComparison.Ordinal) ? 0 : zeros) <= ExactDigits
            && number.Length <= 300;
    }

    private static Value ToValue(AttributeDefinition attribute, string canonical) =>
        attribute.Repeated
            ? Value.ForList([.. ValueCodec.Items(attribute, canonical).Select(item => ToValue(attribute.Type, item))])
            : ToValue(attribute.Type, canonical);

    private static Value ToValue(AttributeType type, string item) =>
        type switch
        {
            AttributeType.Integer or AttributeType.Decimal when IsExact(item) => Value.ForNumber(double.Parse(item)),
            AttributeType.Boolean => Value.ForBool(item == "true"),
            _ => Value.ForString(item),
        };

    private static V1.Value ToMessage(RawValue value)
    {
        var message = new V1.Value
        {
            Index = value.Index,
            Type = value.Type,
            Data = ByteString.CopyFrom(value.Data),
            Permissions = PermissionDigits.Format(value.Permissions),
        };
        if (value.ExpiresAt is { } expires)
        {
            message.Expires = Timestamp.FromDateTimeOffset(expires);
        }
        else
        {
            message.Ttl = value.Ttl;
        }
        foreach (var reference in value.References)
        {
            message.References.Add(new V1.Reference { Handle = reference.Handle, Index = reference.Index });
        }
        return message;
    }
}
