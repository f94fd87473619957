using System.Text.Json;
using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Primitives;
using IdResolution.Core.Records;
using IdResolution.HandleProtocol.Json;
using IdResolution.HandleProtocol.Values;
using IdResolution.Server.Codec;

namespace IdResolution.Server.CommandLine.Handles;

/// <summary>A line of a file of handles.</summary>
/// <param name="Number">Line number from 1.</param>
/// <param name="Handle">The handle as it was written; empty if it cannot be read.</param>
/// <param name="Identifier">The parsed handle; null if the line cannot be taken.</param>
/// <param name="Values">The values; secrets are in plain form.</param>
/// <param name="Fault">Why the line cannot be taken, beginning with the field; null if it can.</param>
internal sealed record HandleLine(
    long Number,
    string Handle,
    Identifier? Identifier,
    List<RawValue> Values,
    string? Fault
)
{
    private static readonly string[] s_siteTypes =
    [
        "HS_SITE",
        "HS_SITE.PREFIX",
        "HS_SERV",
        "HS_SERV.PREFIX",
        "HS_NA_DELEGATE",
    ];

    /// <summary>The prefix, if the line is a prefix record; else null.</summary>
    public Prefix? RecordOf =>
        Identifier is { IsPrefixRecord: true } && Prefix.TryParse(Identifier.Suffix, out var prefix) ? prefix : null;

    /// <summary>True if a value says where the prefix is served.</summary>
    public bool NamesSite => Values.Exists(v => s_siteTypes.Contains(v.Type, StringComparer.OrdinalIgnoreCase));

    public static HandleLine Bad(long number, string handle, string fault) => new(number, handle, null, [], fault);

    /// <summary>
    /// Reads <c>{"handle": …, "values": […]}</c>. Other fields, which answers of the HTTP interface have, are ignored.
    /// </summary>
    public static HandleLine Read(
        long number,
        ReadOnlyMemory<byte> text,
        Func<Error, IEnumerable<string>> explain,
        Language language
    )
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            return Read(number, json.RootElement, explain, language);
        }
        catch (JsonException e)
        {
            return Bad(
                number,
                "",
                new Text(
                    $"The line is not a JSON object; see its byte {e.BytePositionInLine + 1}.",
                    $"该行不是 JSON 对象，见第 {e.BytePositionInLine + 1} 个字节。"
                ).In(language)
            );
        }
    }

    private static HandleLine Read(
        long number,
        JsonElement element,
        Func<Error, IEnumerable<string>> explain,
        Language language
    )
    {
        if (!HandleRecordJson.TryRead(element, out var handle, out var values, out var problem))
        {
            return Bad(
                number,
                handle,
                problem!.Path.Length == 0 ? problem.Message : $"{problem.Path}: {problem.Message}"
            );
        }
        if (!element.TryGetProperty("values", out var list) || list.ValueKind != JsonValueKind.Array)
        {
            return Bad(number, handle, new Text("values: An array is missing.", "values：缺少数组。").In(language));
        }
        return Identifier.Parse(HandleName.Qualify(handle), "handle").TryGet(out var identifier, out var error)
            ? new HandleLine(number, handle, identifier, [.. values.Select(v => v.ToRawValue())], null)
            : Bad(number, handle, string.Join("; ", explain(error)));
    }
}
