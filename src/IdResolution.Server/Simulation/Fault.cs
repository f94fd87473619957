using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace IdResolution.Server.Simulation;

/// <summary>What a fault does to a call.</summary>
[JsonConverter(typeof(FaultKindNames))]
internal enum FaultKind
{
    /// <summary>The answer waits. The work is done before.</summary>
    Slow,

    /// <summary>The work is done, and 504 is answered.</summary>
    Status504AfterSuccess,

    /// <summary>The work is done, and the connection is cut.</summary>
    DropAfterSuccess,

    /// <summary>Nothing is done, and 500 is answered; or only of calls about identifiers that hold a text.</summary>
    Http500,

    /// <summary>Nothing is done, and 503 is answered with Retry-After.</summary>
    Http503,

    /// <summary>Status -1, as for a token that has ended.</summary>
    NotLoggedIn,

    /// <summary>Status -1 with the text of a failure, which no log-in mends.</summary>
    Busy,

    /// <summary>Status -2; or of a batch the items whose identifiers hold a text.</summary>
    Refuse,

    /// <summary>Status -3.</summary>
    Forbidden,

    /// <summary>Status -4; or only of calls about identifiers that hold a text.</summary>
    Failed,

    /// <summary>Every connection is cut, and nothing is read.</summary>
    Closed,
}

/// <summary>The names of faults: <c>status504AfterSuccess</c>.</summary>
internal sealed class FaultKindNames()
    : JsonStringEnumConverter<FaultKind>(JsonNamingPolicy.CamelCase, allowIntegerValues: false);

/// <summary>A fault that is switched on.</summary>
/// <param name="Kind">What it does.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record Fault([property: JsonPropertyName("fault")] FaultKind Kind)
{
    private const int MaxWait = 600_000;

    /// <summary>How many calls it is for; null for all, until it is switched off.</summary>
    public int? Count { get; init; }

    /// <summary>
    /// The path of the calls it is for, or the beginning of it and <c>*</c>. Null is for all; only those that answer in
    /// the place of the whole server, and slow ones, then also touch log-ins.
    /// </summary>
    public string? Path { get; init; }

    /// <summary>Of <see cref="FaultKind.Slow"/>: how long the answer waits.</summary>
    public int? Milliseconds { get; init; }

    /// <summary>Of <see cref="FaultKind.Http503"/>: the seconds of Retry-After.</summary>
    public int? RetryAfter { get; init; }

    /// <summary>
    /// The text in identifiers: of <see cref="FaultKind.Refuse"/> in those that are refused, of
    /// <see cref="FaultKind.Http500"/> and <see cref="FaultKind.Failed"/> in one of those that the call is about.
    /// </summary>
    public string? Handle { get; init; }

    /// <summary>The message, in place of the usual one.</summary>
    public string? Message { get; init; }

    /// <summary>The kind of a name; null if it is none.</summary>
    public static FaultKind? KindOf(string name) =>
        Enum.TryParse<FaultKind>(name, ignoreCase: true, out var kind) && !char.IsAsciiDigit(name[0]) ? kind : null;

    /// <summary>Reads <c>NAME,KEY=VALUE,…</c> with the names of the JSON form.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    public static Fault Parse(string text)
    {
        var parts = text.Split(',');
        var json = new JsonObject { ["fault"] = parts[0] };
        foreach (var part in parts.AsSpan(1))
        {
            var (key, value) = part.IndexOf('=', StringComparison.Ordinal) is > 0 and var at
                ? (part[..at], part[(at + 1)..])
                : throw new JsonException($"{part} has no value.");
            var isNumber = key is "count" or "milliseconds" or "retryAfter";
            json[key] = isNumber && int.TryParse(value, out var number) ? number : value;
        }
        var fault = json.Deserialize(SimulatorJson.Default.Fault)!;
        return fault.Wrong() is { } wrong ? throw new JsonException(wrong) : fault;
    }

    /// <summary>What is wrong with it, or null.</summary>
    public string? Wrong() =>
        this switch
        {
            { Kind: FaultKind.Slow, Milliseconds: not (> 0 and <= MaxWait) } => $"milliseconds must be 1 to {MaxWait}.",
            { Kind: not FaultKind.Slow, Milliseconds: not null } => "milliseconds belongs to slow.",
            { Count: < 1 } => "count must be 1 or more.",
            { RetryAfter: < 0 } => "retryAfter must be 0 or more.",
            { Kind: not FaultKind.Http503, RetryAfter: not null } => "retryAfter belongs to http503.",
            { Kind: not (FaultKind.Refuse or FaultKind.Http500 or FaultKind.Failed), Handle: not null } =>
                "handle belongs to refuse, http500 and failed.",
            { Path: not (null or ['/', ..]) } => "path must begin with /.",
            _ => null,
        };

    /// <summary>True if it is for one of the identifiers that a call is about, or for all.</summary>
    public bool IsForOneOf(IReadOnlyList<string?> handles) =>
        Handle is not { } text || handles.Any(handle => handle?.Contains(text, StringComparison.Ordinal) == true);

    public bool IsFor(SnmsCall call)
    {
        if (Path is null)
        {
            return !call.IsLogIn
                || Kind is FaultKind.Slow or FaultKind.Http500 or FaultKind.Http503 or FaultKind.Closed;
        }
        return Path.EndsWith('*') ? call.Path.StartsWith(Path[..^1], StringComparison.Ordinal) : call.Path == Path;
    }
}
