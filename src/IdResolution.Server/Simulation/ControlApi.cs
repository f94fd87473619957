using System.Buffers;
using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using IdResolution.Server.Http;
using IdResolution.Server.SnmsWire;

namespace IdResolution.Server.Simulation;

/// <summary>
/// What is below <c>/simulator/</c>: switches faults, shows what the node holds and was asked. It takes no token, so
/// it refuses what a page of another site can have a browser on this machine send.
/// </summary>
internal sealed class ControlApi(SecondaryNode node)
{
    public const string Root = "/simulator/";

    private const string FaultPath = Root + "faults";

    public async Task AnswerAsync(HttpContext context)
    {
        var request = context.Request;
        string path = request.Path.Value!;
        if (IsOfABrowser(context))
        {
            await RefuseAsync(
                context,
                StatusCodes.Status403Forbidden,
                "Refused: a request with an Origin, or on the loopback for a host by another name than localhost."
            );
            return;
        }
        switch (request.Method, path)
        {
            case ("GET", Root + "state"):
                await WriteAsync(context, node.State(request.Query["handle"]), SimulatorJson.Default.SimulatorState);
                return;
            case ("GET", Root + "calls"):
                await WriteAsync(context, node.Calls, SimulatorJson.Default.IReadOnlyListSeenCall);
                return;
            case ("GET", FaultPath):
                break;
            case ("POST", FaultPath):
                if (!request.HasJsonContentType())
                {
                    await RefuseAsync(
                        context,
                        StatusCodes.Status415UnsupportedMediaType,
                        "A fault is sent as Content-Type: application/json."
                    );
                    return;
                }
                BodyBound.Set(context, BodyBound.Default);
                if (await AddAsync(context) is { } wrong)
                {
                    await RefuseAsync(context, StatusCodes.Status400BadRequest, wrong);
                    return;
                }
                break;
            case ("DELETE", FaultPath):
                node.Remove();
                break;
            case ("DELETE", _)
                when Fault.KindOf(path.Replace(FaultPath + "/", "", StringComparison.Ordinal)) is { } kind:
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
                    await RefuseAsync(context, StatusCodes.Status409Conflict, "There is no snapshot.");
                    return;
                }
                break;
            default:
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                return;
        }
        await WriteAsync(context, node.Faults, SimulatorJson.Default.IReadOnlyListFault);
    }

    /// <summary>
    /// True for what a page may have sent: browsers name the page's site, or, where its name was made to lead here, ask
    /// for a host of that name.
    /// </summary>
    private static bool IsOfABrowser(HttpContext context)
    {
        var host = context.Request.Host.Host;
        return context.Request.Headers.Origin.Count > 0
            || (
                IPAddress.IsLoopback(context.Connection.LocalIpAddress!)
                && !host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
                && !IPAddress.TryParse(host, out _)
            );
    }

    /// <summary>Switches a fault on; gives what is wrong with it, or null.</summary>
    private async Task<string?> AddAsync(HttpContext context)
    {
        try
        {
            var fault = await JsonSerializer.DeserializeAsync(
                context.Request.Body,
                SimulatorJson.Default.Fault,
                context.RequestAborted
            );
            node.Add(fault ?? throw new JsonException());
            return null;
        }
        catch (ArgumentException e)
        {
            return e.Message;
        }
        catch (JsonException e)
        {
            return $"A fault is a JSON object such as {{\"fault\":\"http503\",\"count\":3}}; wrong at {e.Path}.";
        }
    }

    private static Task RefuseAsync(HttpContext context, int status, string error) =>
        WriteAsync(context, new() { ["error"] = error }, SimulatorJson.Default.DictionaryStringString, status);

    private static Task WriteAsync<T>(
        HttpContext context,
        T value,
        JsonTypeInfo<T> type,
        int status = StatusCodes.Status200OK
    )
    {
        var output = new ArrayBufferWriter<byte>(1_024);
        using (var json = new Utf8JsonWriter(output, SnmsJson.Plain))
        {
            JsonSerializer.Serialize(json, value, type);
        }
        output.Write("\n"u8);
        return BytesAnswer.WriteAsync(context, status, "application/json", output.WrittenMemory, isCounted: false);
    }
}
