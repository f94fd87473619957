using System.Text.Json;
using IdResolution.Core.Errors;
using IdResolution.Core.Snms;

namespace IdResolution.Server.Snms;

/// <summary>The answer to a call: what is written as <c>data</c>, or an error.</summary>
/// <param name="Error">Why it was refused; null where it was done.</param>
/// <param name="WriteData">Writes the value of <c>data</c>; null writes null.</param>
internal sealed record SnmsReply(Error? Error, Action<Utf8JsonWriter>? WriteData = null)
{
    /// <summary>The identifier that it is about, for the audit log.</summary>
    public string? Target { get; init; }

    /// <summary>The first refusal among the items of a batch for want of a right; otherwise null.</summary>
    public Error? Denied { get; init; }

    /// <summary>The answer to a call that only says that it was done.</summary>
    public static SnmsReply Done { get; } = new(null, static json => json.WriteBooleanValue(true));

    /// <summary>The answer to a call about one identifier or template.</summary>
    public static SnmsReply Of(Error? error) => error is null ? Done : Failed(error);

    public static SnmsReply Failed(Error error) => new(error);

    /// <summary>The answer to a batch: an item for each one asked for, in their order.</summary>
    /// <param name="handles">The identifiers as they were sent.</param>
    /// <param name="errors">Their errors; null for those that were done.</param>
    /// <param name="writeCode">Writes the number of an item's outcome; null for calls whose items have none.</param>
    public static SnmsReply Items(
        IReadOnlyList<string?> handles,
        IReadOnlyList<Error?> errors,
        Action<Utf8JsonWriter, Error?>? writeCode = null
    ) =>
        new(
            null,
            json =>
            {
                json.WriteStartArray();
                for (var i = 0; i < errors.Count; i++)
                {
                    json.WriteStartObject();
                    json.WriteString("handle"u8, handles[i]);
                    writeCode?.Invoke(json, errors[i]);
                    json.WriteString("msg"u8, errors[i] is { } error ? TextOf(error) : SnmsMessages.Success);
                    json.WriteEndObject();
                }
                json.WriteEndArray();
            }
        )
        {
            Denied = FirstDenied(errors, out var at),
            Target = at < 0 ? null : handles[at],
        };

    private static Error? FirstDenied(IReadOnlyList<Error?> errors, out int at)
    {
        for (at = 0; at < errors.Count; at++)
        {
            if (errors[at] is { Code: ErrorCode.Forbidden or ErrorCode.NotResponsible })
            {
                return errors[at];
            }
        }
        at = -1;
        return null;
    }

    /// <summary>The text of an error, which is Chinese. Of several faults it is the first.</summary>
    public static string TextOf(Error error) => (error.Details.Count > 0 ? error.Details[0] : error).Message.Zh;
}
