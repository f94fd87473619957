using System.ComponentModel;
using System.Text.Json;

namespace IdResolution.Server.Rest;

/// <summary>Shapes of bodies for the OpenAPI document only. Hot paths read and write these bodies by hand.</summary>
internal static class ApiDocument
{
    [Description(
        "An item to be registered. Without identifier the template's coding rule gives one. The same source and "
            + "sourceKey again are the same item."
    )]
    internal sealed record Registration(
        string Template,
        string? Identifier,
        string? Source,
        string? SourceKey,
        IReadOnlyList<BusinessKeyBody>? FurtherKeys,
        Dictionary<string, JsonElement> Attributes,
        IReadOnlyList<HandleValue>? Values,
        bool? Reinstate
    );

    [Description(
        "A raw Handle value. data is a string or {format: string|base64|hex, value}. expires stands in place of "
            + "ttl where the time to live is absolute."
    )]
    internal sealed record HandleValue(
        int Index,
        string Type,
        JsonElement Data,
        int? Ttl,
        DateTimeOffset? Expires,
        string? Permissions,
        IReadOnlyList<HandleReference>? References
    );

    internal sealed record HandleReference(string Handle, int Index);

    [Description(
        "A record as the caller may see it; source and sourceKey are for the company's own roles. foreign is true "
            + "for a record of another node, which has neither version nor times."
    )]
    internal sealed record RecordAnswer(
        string Identifier,
        string? Template,
        int? TemplateVersion,
        long? Version,
        string Status,
        bool? Foreign,
        string? Source,
        string? SourceKey,
        IReadOnlyList<BusinessKeyBody>? FurtherKeys,
        Dictionary<string, JsonElement> Attributes,
        IReadOnlyList<HandleValue> Values,
        DateTimeOffset? CreatedAt,
        DateTimeOffset? UpdatedAt,
        IReadOnlyList<string>? Differs
    );

    internal sealed record Batch(IReadOnlyList<Registration> Items);

    internal sealed record BatchAnswer(IReadOnlyList<BatchItem> Items);

    [Description("status 201 or 200 with identifier and version, else error.")]
    internal sealed record BatchItem(
        int Status,
        string? Identifier,
        long? Version,
        IReadOnlyList<string>? Differs,
        ItemError? Error
    );

    internal sealed record ItemError(
        string Code,
        string Detail,
        string? Identifier,
        IReadOnlyList<string>? Differs,
        IReadOnlyList<FieldError> Errors
    );

    [Description("Members set to null are removed; values replaces the raw values the caller may see.")]
    internal sealed record Patch(Dictionary<string, JsonElement>? Attributes, IReadOnlyList<HandleValue>? Values);

    [Description(
        "Problem details (RFC 9457). identifier is what stands in the way on a conflict, differs names the members that "
            + "differ from it; proposals are what a mistyped identifier may mean."
    )]
    internal sealed record ProblemAnswer(
        string Title,
        int Status,
        string Code,
        string Detail,
        string? Identifier,
        IReadOnlyList<string>? Differs,
        IReadOnlyList<string>? Proposals,
        IReadOnlyList<FieldError> Errors,
        string TraceId
    );

    internal sealed record FieldError(string Field, string Code, string Message);
}
