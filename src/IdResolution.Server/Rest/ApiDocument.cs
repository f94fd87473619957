using System.Text.Json;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Records;

namespace IdResolution.Server.Rest;

/// <summary>
/// Shapes of bodies for the OpenAPI document only. Hot paths read and write these bodies by hand. A member with a
/// default value may be missing. <see cref="ApiTexts"/> says what the members are.
/// </summary>
internal static class ApiDocument
{
    internal sealed record Registration(
        string? Template = null,
        string? Identifier = null,
        string? Source = null,
        string? SourceKey = null,
        IReadOnlyList<BusinessKeyBody>? FurtherKeys = null,
        Dictionary<string, JsonElement>? Attributes = null,
        IReadOnlyList<GivenValue>? Values = null,
        bool? Reinstate = null,
        int? TemplateVersion = null,
        long? Version = null,
        RecordStatus? Status = null,
        DateTimeOffset? CreatedAt = null,
        DateTimeOffset? UpdatedAt = null,
        IReadOnlyList<string>? Differs = null
    );

    /// <summary>A raw value as callers give it.</summary>
    internal sealed record GivenValue(
        int Index,
        string Type,
        JsonElement Data,
        int? Ttl = null,
        DateTimeOffset? Expires = null,
        string? Permissions = null,
        IReadOnlyList<HandleReference>? References = null,
        DateTimeOffset? Timestamp = null
    );

    internal sealed record HandleValue(
        int Index,
        string Type,
        HandleData Data,
        string Permissions,
        int? Ttl = null,
        DateTimeOffset? Expires = null,
        IReadOnlyList<HandleReference>? References = null
    );

    internal sealed record HandleData(DataFormat Format, string Value);

    internal enum DataFormat
    {
        String,
        Base64,
        Hex,
    }

    internal sealed record HandleReference(string Handle, int Index);

    internal sealed record RecordAnswer(
        string Identifier,
        string? Template,
        int? TemplateVersion,
        RecordStatus Status,
        Dictionary<string, JsonElement> Attributes,
        IReadOnlyList<HandleValue> Values,
        long? Version = null,
        bool? Foreign = null,
        string? Source = null,
        string? SourceKey = null,
        IReadOnlyList<BusinessKeyBody>? FurtherKeys = null,
        DateTimeOffset? CreatedAt = null,
        DateTimeOffset? UpdatedAt = null,
        IReadOnlyList<string>? Differs = null
    );

    internal sealed record VersionAnswer(
        string Identifier,
        string? Template,
        int? TemplateVersion,
        long Version,
        RecordStatus Status,
        Dictionary<string, JsonElement> Attributes,
        IReadOnlyList<HandleValue> Values,
        LogOperation Operation,
        DateTimeOffset Time,
        string Actor,
        long Sequence,
        string? Source = null,
        string? SourceKey = null,
        IReadOnlyList<BusinessKeyBody>? FurtherKeys = null,
        int? Erased = null
    );

    internal sealed record ChangesAnswer(IReadOnlyList<ChangeAnswer> Items, string Next);

    internal sealed record ChangeAnswer(
        long Sequence,
        LogKind Kind,
        LogOperation Operation,
        long Version,
        DateTimeOffset Time,
        string Leaf,
        string? Identifier = null,
        string? Template = null,
        string? Code = null,
        string? Actor = null
    );

    internal sealed record Batch(IReadOnlyList<Registration> Items);

    internal sealed record BatchAnswer(IReadOnlyList<BatchItem> Items);

    internal sealed record BatchItem(
        int Status,
        string? Identifier = null,
        long? Version = null,
        IReadOnlyList<string>? Differs = null,
        ItemError? Error = null
    );

    internal sealed record ItemError(
        string Code,
        string Detail,
        IReadOnlyList<FieldError> Errors,
        string? Identifier = null,
        IReadOnlyList<string>? Differs = null
    );

    internal sealed record Patch(
        Dictionary<string, JsonElement>? Attributes = null,
        IReadOnlyList<GivenValue>? Values = null
    );

    internal sealed record ProblemAnswer(
        string Title,
        int Status,
        string Code,
        string Detail,
        IReadOnlyList<FieldError> Errors,
        string TraceId,
        string? Identifier = null,
        IReadOnlyList<string>? Differs = null,
        IReadOnlyList<string>? Proposals = null,
        string? Log = null,
        string? After = null
    );

    internal sealed record FieldError(string? Field, string Code, string Message);
}
