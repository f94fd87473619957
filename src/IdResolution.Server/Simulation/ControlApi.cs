using System.Buffers;
using System.Text.Json;
using IdResolution.Server.Http;
using IdResolution.Server.SnmsWire;

namespace IdResolution.Server.Simulation;

/// <summary>
/// What is below <c>/simulator/</c>: switches faults, shows what the node holds and was asked. It takes no token.
/// </summary>
internal sealed class ControlApi(SecondaryNode node)
{
    public const string Root = "/simulator/";

    private const string FaultPath = Root + "faults";

    public async Task AnswerAsync(HttpContext context)
    {
        var request = context.Request;
        string path = request.Path.Value!;
        switch (request.Method, path)
        {
            case ("GET", Root + "state"):
                string? handle = request.Query["handle"];
                await WriteAsync(context, json => WriteState(json, handle));
                return;
            case ("GET", Root + "calls"):
                await WriteAsync(context, WriteCalls);
                return;
            case ("GET", FaultPath):
                break;
            case ("POST", FaultPath):
                if (await AddAsync(context) is { } wrong)
                {
                    await WriteAsync(context, json => WriteError(json, wrong), StatusCodes.Status400BadRequest);
                    return;
                }
                break;
            case ("DELETE", FaultPath):
                node.Remove();
                break;
            case ("DELETE", _) when KindIn(path) is { } kind:
                node.Remove(kind);
                break;
            case ("DELETE", Root + "calls"):
                node.ForgetCalls();
                break;
            case ("DELETE", Root + "tokens"):
                node.ForgetTokens();
                break;
            case ("POST", Root + "snapshot"):
                node.Snapshot();
                break;
            case ("POST", Root + "restore"):
                if (!node.Restore())
                {
                    var none = "There is no snapshot.";
                    await WriteAsync(context, json => WriteError(json, none), StatusCodes.Status409Conflict);
                    return;
                }
                break;
            default:
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                return;
        }
        await WriteAsync(
            context,
            json =>
            {
                json.WriteStartObject();
                WriteFaults(json);
                json.WriteEndObject();
            }
        );
    }

    private static FaultKind? KindIn(string path) =>
        path.StartsWith(FaultPath + "/", StringComparison.Ordinal)
        && path.AsSpan(FaultPath.Length + 1) is var name
        && !char.IsAsciiDigit(name.IsEmpty ? '0' : name[0])
        && Enum.TryParse<FaultKind>(name, ignoreCase: true, out var kind)
            ? kind
            : null;

    private async Task<string?> AddAsync(HttpContext context)
    {
        try
        {
            var fault = await JsonSerializer.DeserializeAsync(
                context.Request.Body,
                SimulatorJson.Default.Fault,
                context.RequestAborted
            );
            if (fault is null || fault.Wrong() is { })
            {
                return fault?.Wrong() ?? "A fault is a JSON object.";
            }
            node.Add(fault);
            return null;
        }
        catch (JsonException e)
        {
            return $"A fault is a JSON object such as {{\"fault\":\"http503\",\"count\":3}}; wrong at {e.Path}.";
        }
    }

    private void WriteState(Utf8JsonWriter json, string? handle) =>
        node.Look(
            (registry, log, faults) =>
            {
                json.WriteStartObject();
                json.WriteStartArray("users");
                foreach (var user in node.Users)
                {
                    json.WriteStartObject();
                    json.WriteString("name", user.Name);
                    json.WriteStartArray("prefixes");
                    foreach (var prefix in user.Prefixes)
                    {
                        json.WriteStringValue(prefix);
                    }
                    json.WriteEndArray();
                    json.WriteEndObject();
                }
                json.WriteEndArray();
                json.WriteStartArray("templates");
                foreach (var template in registry.Templates.Values)
                {
                    JsonSerializer.Serialize(json, template, SimulatorJson.Default.SnmsTemplate);
                }
                json.WriteEndArray();
                json.WriteNumber("identifiers", registry.Identifiers.Count);
                if (handle is not null)
                {
                    WriteIdentifier(json, registry.Identifiers.GetValueOrDefault(handle));
                }
                json.WriteStartArray("routes");
                foreach (var route in registry.Routes.Values)
                {
                    JsonSerializer.Serialize(json, route, SimulatorJson.Default.EntConfig);
                }
                json.WriteEndArray();
                WriteCounts(json, log);
                WriteFaults(json);
                json.WriteBoolean("hasSnapshot", node.HasSnapshot);
                json.WriteEndObject();
                return 0;
            }
        );

    private static void WriteIdentifier(Utf8JsonWriter json, HeldIdentifier? held)
    {
        json.WritePropertyName("identifier");
        if (held is null)
        {
            json.WriteNullValue();
        }
        else
        {
            held.Write(json);
        }
    }

    private static void WriteCounts(Utf8JsonWriter json, CallLog log)
    {
        json.WriteStartArray("calls");
        foreach (var ((call, outcome), count) in log.Counts)
        {
            json.WriteStartObject();
            json.WriteString("call", call);
            json.WriteString("outcome", outcome);
            json.WriteNumber("count", count);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WritePropertyName("mostBatchesAtOnce");
        JsonSerializer.Serialize(json, log.MostBatchesAtOnce(), SimulatorJson.Default.SortedDictionaryStringInt32);
    }

    private void WriteFaults(Utf8JsonWriter json)
    {
        json.WritePropertyName("faults");
        JsonSerializer.Serialize(json, node.Faults, SimulatorJson.Default.IReadOnlyListFault);
    }

    private void WriteCalls(Utf8JsonWriter json)
    {
        json.WriteStartArray();
        foreach (var call in node.Calls)
        {
            JsonSerializer.Serialize(json, call, SimulatorJson.Default.SeenCall);
        }
        json.WriteEndArray();
    }

    private static void WriteError(Utf8JsonWriter json, string error)
    {
        json.WriteStartObject();
        json.WriteString("error", error);
        json.WriteEndObject();
    }

    private static async Task WriteAsync(
        HttpContext context,
        Action<Utf8JsonWriter> write,
        int status = StatusCodes.Status200OK
    )
    {
        var output = new ArrayBufferWriter<byte>(1_024);
        using (var json = new Utf8JsonWriter(output, SnmsJson.Plain))
        {
            write(json);
        }
        output.Write("\n"u8);
        await BytesAnswer.WriteAsync(context, status, "application/json", output.WrittenMemory);
    }
}
