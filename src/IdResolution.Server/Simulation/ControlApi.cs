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
        var path = request.Path.Value!;
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
            default:
                await ChangeAsync(context, path);
                return;
        }
    }

    /// <summary>Changes what the path says, and shows which faults are on then.</summary>
    private async Task ChangeAsync(HttpContext context, string path)
    {
        switch (context.Request.Method, path)
        {
            case ("GET", FaultPath):
                break;
            case ("POST", FaultPath):
                if (await AddAsync(context) is var (status, wrong))
                {
                    await RefuseAsync(context, status, wrong);
                    return;
                }
                break;
            case ("POST", Root + "restore"):
                if (!node.Restore())
                {
                    await RefuseAsync(context, StatusCodes.Status409Conflict, "There is no snapshot.");
                    return;
                }
                break;
            case var (method, _) when !TryDo(method, path):
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                return;
        }
        await WriteAsync(context, node.Faults, SimulatorJson.Default.IReadOnlyListFault);
    }

    /// <summary>Does what cannot fail; false where there is no such call.</summary>
    private bool TryDo(string method, string path)
    {
        switch (method, path)
        {
            case ("DELETE", FaultPath):
                node.Remove();
                return true;
            case ("DELETE", _)
                when Fault.KindOf(path.Replace(FaultPath + "/", "", StringComparison.Ordinal)) is { } kind:
                node.Remove(kind);
                return true;
            case ("DELETE", Root + "calls"):
                node.ForgetCalls();
                return true;
            case ("DELETE", Root + "tokens"):
                node.ForgetTokens();
                return true;
            case ("POST", Root + "snapshot"):
                node.Snapshot();
                return true;
            default:
                return false;
        }
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
    private async Task<(int Status, string Wrong)?> AddAsync(HttpContext context)
    {
        if (!context.Request.HasJsonContentType())
        {
            return (StatusCodes.Status415UnsupportedMediaType, "A fault is sent as Content-Type: application/json.");
        }
        BodyBound.Set(context, BodyBound.Default);
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
            return (StatusCodes.Status400BadRequest, e.Message);
        }
        catch (JsonException e)
        {
            return (
                StatusCodes.Status400BadRequest,
                $"A fault is a JSON object such as {{\"fault\":\"http503\",\"count\":3}}; wrong at {e.Path}."
            );
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
