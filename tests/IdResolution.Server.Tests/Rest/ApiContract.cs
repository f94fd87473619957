using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Json.Schema;

namespace IdResolution.Server.Tests.Rest;

/// <summary>
/// The OpenAPI document, which every answer of <c>/api/v1</c> in the tests is held to: its status, its media type, and
/// its body by the schema of that operation and status.
/// </summary>
internal sealed class ApiContract
{
    // Any call may answer these; the document says so with "default".
    private static readonly int[] s_anywhere = [405, 500, 501];

    // Headers of answers that callers go by.
    private static readonly string[] s_headers = ["Link", "Location", "Retry-After", "X-Item-Held", "X-Next"];

    private static readonly Lock s_lock = new();
    private static ApiContract? s_shared;

    private readonly JsonObject _definitions;
    private readonly List<Operation> _operations = [];
    private readonly Dictionary<string, JsonSchema> _schemas = [];

    private ApiContract(string document)
    {
        var root = JsonNode
            .Parse(document.Replace("#/components/schemas/", "#/$defs/", StringComparison.Ordinal))!
            .AsObject();
        _definitions = root["components"]!["schemas"]!.AsObject();
        foreach (var (name, schema) in _definitions)
        {
            Close(name, schema!.AsObject());
        }
        foreach (var (path, item) in root["paths"]!.AsObject())
        {
            var pattern = new Regex(
                $"^{Regex.Escape(path).Replace("\\{id}", ".+").Replace("\\{code}", "[^/]+").Replace("\\{prefix}", "[^/]+").Replace("\\{event}", "[^/]+")}/?$",
                RegexOptions.IgnoreCase
            );
            foreach (var (method, operation) in item!.AsObject())
            {
                _operations.Add(new Operation(path, pattern, method.ToUpperInvariant(), operation!.AsObject()));
            }
        }
        // Paths without a parameter first, as the router does.
        _operations.Sort((a, b) => a.Path.Count(c => c == '{') - b.Path.Count(c => c == '{'));
    }

    /// <summary>The document of the first node that is asked: all nodes have the same but for its address.</summary>
    public static async Task<ApiContract> OfAsync(HttpClient client)
    {
        if (s_shared is { } shared)
        {
            return shared;
        }
        var document = await client.GetStringAsync(new Uri("/openapi/v1.json", UriKind.Relative));
        lock (s_lock)
        {
            return s_shared ??= new ApiContract(document);
        }
    }

    /// <summary>What of a request body is not as the document says; null if all is.</summary>
    public string? FaultOf(string method, string path, JsonElement body) =>
        _operations.Find(o => o.Method == method && o.Pattern.IsMatch(path)) is { } operation
            ? FaultOf(body, operation.Json["requestBody"]!["content"]!["application/json"]!["schema"]!)
            : "the document does not have the call";

    /// <summary>What of an answer is not as the document says; null if all is.</summary>
    public string? FaultOf(string method, string target, Answer answer)
    {
        var path = target.Split('?')[0];
        var wanted = method == "HEAD" ? "GET" : method;
        var operation = _operations.Find(o => o.Method == wanted && o.Pattern.IsMatch(path));
        if (operation is null)
        {
            return answer.Status switch
            {
                204 when method == "OPTIONS" => null,
                400 or 401 or 404 or 405 or 429 or 503 => BodyFault(answer, Reference("ProblemAnswer")),
                _ => $"{answer.Status} of a path or method that the document does not have",
            };
        }
        var responses = operation.Json["responses"]!.AsObject();
        var response =
            responses[$"{answer.Status}"] ?? (s_anywhere.Contains(answer.Status) ? responses["default"] : null);
        if (response is null)
        {
            return $"the document does not have {answer.Status}";
        }
        if (
            s_headers.FirstOrDefault(n => answer.Header(n) is not null && response["headers"]?[n] is null) is { } header
        )
        {
            return $"the document does not have {header} in answers {answer.Status}";
        }
        if (method == "HEAD" || response["content"] is not JsonObject content)
        {
            return answer.Body.Length == 0 ? null : "a body that the document does not have";
        }
        return content[answer.MediaType ?? ""] is { } media
            ? BodyFault(answer, media["schema"]!)
            : $"the document does not have {answer.MediaType}";
    }

    private static JsonObject Reference(string name) => new() { ["$ref"] = $"#/$defs/{name}" };

    private string? BodyFault(Answer answer, JsonNode schema)
    {
        if (
            answer.MediaType?.EndsWith("json", StringComparison.Ordinal) != true
            // The document calls it bytes.
            || answer.MediaType == "application/x-ndjson"
        )
        {
            return null;
        }
        return FaultOf(JsonSerializer.Deserialize<JsonElement>(Inflated(answer)), schema);
    }

    private static byte[] Inflated(Answer answer)
    {
        using var packed = new MemoryStream(answer.Body);
        using Stream? read = answer.Header("Content-Encoding") switch
        {
            "gzip" => new GZipStream(packed, CompressionMode.Decompress),
            "br" => new BrotliStream(packed, CompressionMode.Decompress),
            _ => null,
        };
        if (read is null)
        {
            return answer.Body;
        }
        using var whole = new MemoryStream();
        read.CopyTo(whole);
        return whole.ToArray();
    }

    private string? FaultOf(JsonElement json, JsonNode schema)
    {
        var result = SchemaOf(schema).Evaluate(json, new EvaluationOptions { OutputFormat = OutputFormat.List });
        return result.IsValid
            ? null
            : string.Join(
                "; ",
                (result.Details ?? [])
                    .Where(d => d.Errors is not null)
                    .Select(d => $"{d.InstanceLocation}: {string.Join(", ", d.Errors!.Values)}")
            );
    }

    private JsonSchema SchemaOf(JsonNode schema)
    {
        var text = schema.ToJsonString();
        lock (_schemas)
        {
            if (!_schemas.TryGetValue(text, out var known))
            {
                var whole = schema.DeepClone().AsObject();
                whole["$schema"] = "https://json-schema.org/draft/2020-12/schema";
                whole["$defs"] = _definitions.DeepClone();
                _schemas[text] = known = JsonSchema.FromText(whole.ToJsonString());
            }
            return known;
        }
    }

    /// <summary>
    /// Clients must bear members that come with a later version, so the document leaves objects open. Here a member
    /// that it does not name is a fault, as is a time in another form than all others.
    /// </summary>
    private static void Close(string name, JsonObject schema)
    {
        if (schema["properties"] is not JsonObject properties)
        {
            return;
        }
        // Some say that they are open: to members with a namespace.
        if (!schema.ContainsKey("additionalProperties"))
        {
            schema["additionalProperties"] = false;
        }
        foreach (var (_, member) in properties)
        {
            // Times that callers give may be written otherwise, and may be null; of answers only a scan's may.
            if (
                member!["format"]?.GetValue<string>() == "date-time"
                && (member["type"] is JsonValue || name == "ScanAnswer")
            )
            {
                member["pattern"] = @"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$";
            }
        }
    }

    private sealed record Operation(string Path, Regex Pattern, string Method, JsonObject Json);
}
