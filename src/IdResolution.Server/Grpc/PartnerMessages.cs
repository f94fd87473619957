using Google.Protobuf.WellKnownTypes;
using IdResolution.Core.Access;
using IdResolution.Core.Events;
using IdResolution.Core.Templates;
using IdResolution.Core.Traceability;

namespace IdResolution.Server.Grpc;

/// <summary>Partners and grants as messages.</summary>
internal static class PartnerMessages
{
    public static Partner FromMessage(V1.Partner message) =>
        new()
        {
            Code = message.Code,
            Names = TemplateMessages.FromMessage(message.Names),
            Company = message.HasCompany ? message.Company : null,
            Groups = message.Groups,
        };

    public static V1.Partner ToMessage(Partner partner)
    {
        var message = new V1.Partner { Code = partner.Code, Names = TemplateMessages.ToMessage(partner.Names) };
        EventMessages.Set(partner.Company, text => message.Company = text);
        message.Groups.AddRange(partner.Groups);
        return message;
    }

    /// <summary>The grant that a request is for, without its times.</summary>
    public static Grant FromMessage(V1.CreateGrantRequest message) =>
        new()
        {
            Id = "",
            CreatedAt = default,
            Partner = message.HasPartner ? message.Partner : null,
            Group = message.HasGroup ? message.Group : null,
            Templates = message.Templates,
            Where = [.. message.Where.Select(static one => new GrantCondition(one.Attribute, one.Values))],
            Fields = FromMessage(message.Fields),
            Hidden = message.Hidden == V1.HiddenForm.Unspecified ? HiddenForm.Omit : (HiddenForm)(message.Hidden - 1),
            Purpose = message.Purpose,
        };

    public static V1.Grant ToMessage(Grant grant, DateTimeOffset now)
    {
        var message = new V1.Grant
        {
            Id = grant.Id,
            State = (V1.GrantState)grant.StateAt(now) + 1,
            Fields = ToMessage(grant.Fields),
            Hidden = (V1.HiddenForm)grant.Hidden + 1,
            Purpose = grant.Purpose,
            From = Time(grant.From),
            Until = Time(grant.Until),
            CreatedAt = Time(grant.CreatedAt),
            EndedAt = Time(grant.EndedAt),
        };
        EventMessages.Set(grant.Partner, text => message.Partner = text);
        EventMessages.Set(grant.Group, text => message.Group = text);
        message.Templates.AddRange(grant.Templates);
        foreach (var condition in grant.Where)
        {
            var shown = new V1.GrantCondition { Attribute = condition.Attribute };
            shown.Values.AddRange(condition.Values);
            message.Where.Add(shown);
        }
        return message;
    }

    private static GrantFields FromMessage(V1.GrantFields message) =>
        new()
        {
            Attributes = message.Attributes,
            Visibility =
                message.Visibility == V1.Visibility.Unspecified
                    ? Visibility.Public
                    : (Visibility)(message.Visibility - 1),
            Events = [.. message.Events.Select(static type => EventReader.Name(isGiven: true, type) ?? "")],
            Links = [.. message.Links.Select(static type => EventReader.Name(type) ?? "")],
            Measurements = message.Measurements,
        };

    private static V1.GrantFields ToMessage(GrantFields fields)
    {
        var message = new V1.GrantFields
        {
            Visibility = (V1.Visibility)fields.Visibility + 1,
            Measurements = fields.Measurements,
        };
        message.Attributes.AddRange(fields.Attributes);
        foreach (var name in fields.Events)
        {
            message.Events.Add(EventNames.TryParse(name, out EventType type) ? (V1.EventType)type : default);
        }
        foreach (var name in fields.Links)
        {
            message.Links.Add(EventNames.TryParse(name, out LinkKinds kind) ? EventMessages.Type(kind) : default);
        }
        return message;
    }

    private static Timestamp? Time(DateTimeOffset? time) => time is { } at ? Timestamp.FromDateTimeOffset(at) : null;
}
