using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace IdResolution.Server.Tests.Rest;

/// <summary>An HTTP answer, read whole.</summary>
internal sealed class Answer
{
    private readonly List<KeyValuePair<string, string>> _headers;

    public Answer(int status, IEnumerable<KeyValuePair<string, string>> headers, byte[] body)
    {
        Status = status;
        _headers = [.. headers];
        Body = body;
    }

    public int Status { get; }

    public byte[] Body { get; }

    public string Text => Encoding.UTF8.GetString(Body);

    public JsonElement Json => JsonSerializer.Deserialize<JsonElement>(Body);

    public string? MediaType => Header("Content-Type")?.Split(';')[0];

    /// <summary>A problem's <c>code</c>.</summary>
    public string? Code => Json.GetProperty("code").GetString();

    /// <summary>The fields that a problem names, in its order.</summary>
    public string[] Fields =>
        [.. Json.GetProperty("errors").EnumerateArray().Select(e => e.GetProperty("field").GetString()!)];

    public JsonElement[] Items => [.. Json.GetProperty("items").EnumerateArray()];

    public string? Header(string name)
    {
        var values = _headers
            .Where(h => h.Key.Equals(name, StringComparison.OrdinalIgnoreCase))
            .Select(h => h.Value)
            .ToList();
        return values.Count == 0 ? null : string.Join(", ", values);
    }

    /// <summary>All headers but one, a line each.</summary>
    public string HeadersWithout(string name) =>
        string.Join(
            '\n',
            _headers
                .Where(h => !h.Key.Equals(name, StringComparison.OrdinalIgnoreCase))
                .Select(h => $"{h.Key}: {h.Value}")
                .Order(StringComparer.Ordinal)
        );

    public static async Task<Answer> OfAsync(HttpResponseMessage response)
    {
        IEnumerable<KeyValuePair<string, string>> Flat(HttpHeaders headers) =>
            headers.SelectMany(h => h.Value.Select(v => KeyValuePair.Create(h.Key, v)));
        var body = await response.Content.ReadAsByteArrayAsync();
        return new Answer(
            (int)response.StatusCode,
            Flat(response.Headers).Concat(Flat(response.Content.Headers)),
            body
        );
    }

    public override string ToString() => $"{Status} {Text}";
}
