using System.Text.Json.Serialization;

namespace IdResolution.Server.SnmsWire;

/// <summary>A log-in. The password is in the clear, or its digest of the day.</summary>
internal sealed record SnmsLogin(string? Username = null, string? Password = null);

/// <summary>What a log-in gives.</summary>
internal sealed record SnmsToken(string? Token = null);

/// <summary>A template (数据模板). Each member is null where it is absent.</summary>
internal sealed record SnmsTemplate
{
    public long? Id { get; init; }

    public string? Prefix { get; init; }

    public string? Name { get; init; }

    public string? Version { get; init; }

    /// <summary>The template's own identifier (模板标识); not in version 3.</summary>
    public string? Handle { get; init; }

    public string? IndustryCategory { get; init; }

    public string? IndustrySpecific { get; init; }

    public string? IndustryTrade { get; init; }

    public string? IndustrySubclass { get; init; }

    [JsonConverter(typeof(NumberOrText))]
    public int? Type { get; init; }

    public string? Description { get; init; }

    public IReadOnlyList<SnmsTemplateAttribute?>? Items { get; init; }
}

/// <summary>An attribute of a template.</summary>
internal sealed record SnmsTemplateAttribute
{
    public string? Name { get; init; }

    public string? IdType { get; init; }

    [JsonConverter(typeof(NumberOrText))]
    public int? IdIndex { get; init; }

    public long? MetadataId { get; init; }

    public bool? Required { get; init; }

    /// <summary>0: takes no values. 1: takes values.</summary>
    [JsonConverter(typeof(NumberOrText))]
    public int? State { get; init; }

    public SnmsMetadata? Metadata { get; init; }
}

/// <summary>What values of an attribute may be.</summary>
internal sealed record SnmsMetadata
{
    public string? Type { get; init; }

    [JsonConverter(typeof(NumberOrText))]
    public int? MinLength { get; init; }

    [JsonConverter(typeof(NumberOrText))]
    public int? MaxLength { get; init; }
}

/// <summary>What names a template that is to be deleted.</summary>
internal sealed record SnmsTemplateKey(string? Prefix = null, string? Version = null);

/// <summary>An identifier with its values.</summary>
internal sealed record SnmsIdentifier
{
    public string? Handle { get; init; }

    public string? TemplateVersion { get; init; }

    public IReadOnlyList<SnmsValue?>? Value { get; init; }
}

/// <summary>A value of an identifier. The code of its permissions says nothing to this node.</summary>
internal sealed record SnmsValue
{
    public string? Auth { get; init; }

    [JsonConverter(typeof(NumberOrText))]
    public int? Index { get; init; }

    public string? Type { get; init; }

    public SnmsData? Data { get; init; }
}

/// <summary>The text of a value, and its format, <c>string</c>.</summary>
internal sealed record SnmsData(string? Format = null, string? Value = null);

/// <summary>What names an identifier that is to be deleted.</summary>
internal sealed record SnmsHandle(string? Handle = null);

/// <summary>Where the node of a prefix is found: a node of the enterprise's own, or the server that hosts it.</summary>
internal sealed record SnmsRoute(SnmsPrefixConfig? EntPrefixConfig = null, long? ProxyServerId = null);

/// <summary>A prefix and where its node listens.</summary>
internal sealed record SnmsPrefixConfig
{
    public string? EntPrefix { get; init; }

    public string? HdlType { get; init; }

    [JsonConverter(typeof(NumberOrText))]
    public int? IpType { get; init; }

    public string? Ip { get; init; }

    [JsonConverter(typeof(PortOrEmpty))]
    public int? TcpPort { get; init; }

    [JsonConverter(typeof(PortOrEmpty))]
    public int? UdpPort { get; init; }

    [JsonConverter(typeof(PortOrEmpty))]
    public int? HttpPort { get; init; }
}
