namespace IdResolution.Storage.Stores;

/// <summary>Rows of cold paths as Dapper fills them.</summary>
internal sealed class VersionRow
{
    public long Sequence { get; init; }

    public byte[] State { get; init; } = [];

    public byte[] Body { get; init; } = [];
}

/// <inheritdoc cref="VersionRow"/>
internal sealed class ChangeRow
{
    public long Sequence { get; init; }

    public byte[] Body { get; init; } = [];

    public byte[] Leaf { get; init; } = [];

    public byte[] State { get; init; } = [];

    public byte[]? LookupKey { get; init; }

    public string? Code { get; init; }
}

/// <inheritdoc cref="VersionRow"/>
internal sealed class DocumentRow
{
    public long Kind { get; init; }

    public string Code { get; init; } = "";

    public long Object { get; init; }

    public long Version { get; init; }

    public long Sequence { get; init; }

    public string Json { get; init; } = "";
}

/// <inheritdoc cref="VersionRow"/>
internal sealed class StatisticRow
{
    public string Day { get; init; } = "";

    public string Template { get; init; } = "";

    public string Source { get; init; } = "";

    public string Operation { get; init; } = "";

    public long Count { get; init; }
}

/// <inheritdoc cref="VersionRow"/>
internal sealed class AuditRow
{
    public long Id { get; init; }

    public long Time { get; init; }

    public string Caller { get; init; } = "";

    public string Action { get; init; } = "";

    public string Target { get; init; } = "";

    public string Outcome { get; init; } = "";

    public long Count { get; init; }
}
