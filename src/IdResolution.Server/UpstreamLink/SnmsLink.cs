using System.Buffers;
using System.Globalization;
using System.Net.Sockets;
using System.Text.Json;
using IdResolution.Core.Snms;
using IdResolution.Core.Statistics;
using IdResolution.Core.Upstream;
using IdResolution.Server.Options;
using IdResolution.Server.SnmsWire;

namespace IdResolution.Server.UpstreamLink;

/// <summary>
/// The secondary node by the SNMS protocol, version 5. Batches hold at most 1,000 items, one at a time. A batch that is
/// refused as a whole is sent in halves, down to the items that are refused.
/// </summary>
internal sealed class SnmsLink(UpstreamOptions options, TimeProvider time) : IUpstreamLink, IDisposable
{
    // The protocol allows 2,000 and advises 100 to 1,500.
    private const int MaxBatch = 1_000;

    private const string Nothing = "nothing-has-this-name";

    private readonly SnmsSession _session = new(options, time);
    private readonly SnmsFailures _ofLog = new();
    private readonly SnmsFailures _ofLetters = new();
    private readonly int _batch = options.RatePerSecond is 0 ? MaxBatch : Math.Min(MaxBatch, options.RatePerSecond);
    private bool _isOfLetters;
    private long _freeAt;

    private SnmsFailures Failures => _isOfLetters ? _ofLetters : _ofLog;

    /// <inheritdoc/>
    public async Task<UpstreamAnswer> PutTemplateAsync(UpstreamTemplate template, CancellationToken cancellationToken)
    {
        var call = $"Template {template.Version}";
        var answer = await AskTemplateAsync(template, cancellationToken);
        if (HasFailed(answer))
        {
            await BeSureAsync(call, answer!, template.Prefix, cancellationToken);
            answer = await AskTemplateAsync(template, cancellationToken);
        }
        if (HasFailed(answer))
        {
            Failures.Found();
            return new UpstreamAnswer(UpstreamOutcome.Failed, answer!.Told);
        }
        switch (answer?.Status)
        {
            case null:
            case SnmsStatus.Success:
                return new UpstreamAnswer(answer is null ? UpstreamOutcome.Exists : UpstreamOutcome.Done);
            case SnmsStatus.Refused:
                return new UpstreamAnswer(UpstreamOutcome.Refused, answer.Message);
            default:
                throw Failed(call, answer);
        }

        // Failures of calls about templates have -1 too.
        static bool HasFailed(SnmsEnvelope? answer) =>
            answer is { Status: SnmsStatus.Failed or SnmsStatus.NotLoggedIn };
    }

    /// <summary>Has a template made or changed; null if it is as it should be.</summary>
    private async Task<SnmsEnvelope?> AskTemplateAsync(UpstreamTemplate template, CancellationToken cancellationToken)
    {
        var found = await ReadTemplateAsync(template, cancellationToken);
        if (found.Status == SnmsStatus.Failed)
        {
            return found;
        }
        var body = Body(json => WriteTemplate(json, template));
        if (TemplateOf(found) is { } there)
        {
            var changed = await ChangeTemplateAsync(there, template, body, cancellationToken);
            // One of the secondary node's own may not be changed; where it lets us have ours of that name, we do.
            return changed?.Status == SnmsStatus.Forbidden
                ? await _session.CallAsync(HttpMethod.Post, SnmsPaths.TemplateV5, body, cancellationToken)
                : changed;
        }
        // A template that is not there is answered in several ways, so a create tells.
        var made = await _session.CallAsync(HttpMethod.Post, SnmsPaths.TemplateV5, body, cancellationToken);
        if (made.Status != SnmsStatus.Refused)
        {
            return made;
        }
        // It may be there all the same, and could not be read just then.
        found = await ReadTemplateAsync(template, cancellationToken);
        if (TemplateOf(found) is { } indeed)
        {
            return await ChangeTemplateAsync(indeed, template, body, cancellationToken);
        }
        return found.Status is SnmsStatus.Refused or SnmsStatus.Success ? made : made with { Status = found.Status };
    }

    private Task<SnmsEnvelope> ReadTemplateAsync(UpstreamTemplate template, CancellationToken cancellationToken)
    {
        var query = $"?prefix={Uri.EscapeDataString(template.Prefix)}&version={Uri.EscapeDataString(template.Version)}";
        return _session.CallAsync(HttpMethod.Get, SnmsPaths.TemplateV5 + query, null, cancellationToken);
    }

    /// <summary>Has a template that is there changed; null if it is as it should be.</summary>
    private async Task<SnmsEnvelope?> ChangeTemplateAsync(
        SnmsTemplate there,
        UpstreamTemplate template,
        byte[] body,
        CancellationToken cancellationToken
    ) =>
        Fits(there, template)
            ? null
            : await _session.CallAsync(HttpMethod.Put, SnmsPaths.TemplateV5, body, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<UpstreamAnswer>> CreateAsync(
        IReadOnlyList<UpstreamItem> items,
        CancellationToken cancellationToken
    ) =>
        SendAsync(
            new Batch<UpstreamItem>(
                HttpMethod.Post,
                SnmsPaths.BatchCreate,
                (json, item) => WriteItem(json, item, isUpdate: false),
                item => item.Identifier
            ),
            items,
            cancellationToken
        );

    /// <inheritdoc/>
    public Task<IReadOnlyList<UpstreamAnswer>> UpdateAsync(
        IReadOnlyList<UpstreamItem> items,
        CancellationToken cancellationToken
    ) =>
        SendAsync(
            new Batch<UpstreamItem>(
                HttpMethod.Put,
                SnmsPaths.BatchUpdate,
                (json, item) => WriteItem(json, item, isUpdate: true),
                item => item.Identifier
            ),
            items,
            cancellationToken
        );

    /// <inheritdoc/>
    public Task<IReadOnlyList<UpstreamAnswer>> DeleteAsync(
        IReadOnlyList<string> identifiers,
        CancellationToken cancellationToken
    ) =>
        SendAsync(
            new Batch<string>(
                HttpMethod.Delete,
                SnmsPaths.BatchDelete,
                (json, identifier) => json.WriteStringValue(identifier),
                identifier => identifier
            ),
            identifiers,
            cancellationToken
        );

    /// <inheritdoc/>
    public async Task<UpstreamFound> FindAsync(string identifier, CancellationToken cancellationToken)
    {
        var path = $"{SnmsPaths.Detail}?handle={Uri.EscapeDataString(identifier)}";
        var answer = await _session.CallAsync(HttpMethod.Get, path, null, cancellationToken);
        return answer switch
        {
            { IsSuccess: true, Data.ValueKind: JsonValueKind.Object } => new UpstreamFound(ItemOf(answer.Data)),
            { Status: SnmsStatus.Refused } when IsAbsent(answer.Message) => new UpstreamFound(null),
            { Status: SnmsStatus.Refused } => new UpstreamFound(null, answer.Message),
            _ => throw Failure(identifier, answer),
        };
    }

    /// <inheritdoc/>
    public async Task<UpstreamAnswer> SetRouteAsync(UpstreamRoute route, CancellationToken cancellationToken)
    {
        var body = Body(json => WriteRoute(json, route));
        var answer = await OptionalCallAsync(HttpMethod.Post, SnmsPaths.EntConfig, body, cancellationToken);
        return answer?.Status switch
        {
            null => new UpstreamAnswer(UpstreamOutcome.Refused, "it has no such call"),
            SnmsStatus.Success => new UpstreamAnswer(UpstreamOutcome.Done),
            SnmsStatus.Refused => new UpstreamAnswer(UpstreamOutcome.Refused, answer.Message),
            _ => throw Failure($"The route of {route.Prefix}", answer),
        };
    }

    /// <inheritdoc/>
    public async Task<long?> CountAsync(string prefix, CancellationToken cancellationToken)
    {
        var path = $"{SnmsPaths.IdnodePrefix}?prefix={Uri.EscapeDataString(prefix)}";
        if (await OptionalCallAsync(HttpMethod.Get, path, null, cancellationToken) is not { } answer)
        {
            return null;
        }
        return answer switch
        {
            { IsSuccess: true, Data.ValueKind: JsonValueKind.Object }
                when Deserialize(answer.Data, SnmsJson.Default.IdnodePrefix) is { Node: IdnodePrefix.ThisKind } found =>
                found.Identifiers,
            // Whatever another kind of secondary node says to a call that it does not have.
            { IsSuccess: true } or { Status: SnmsStatus.Refused } => null,
            _ => throw Failure(path, answer),
        };
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> ListAsync(
        string prefix,
        string? after,
        CancellationToken cancellationToken
    )
    {
        var path =
            $"{SnmsPaths.IdnodeIdentifiers}?prefix={Uri.EscapeDataString(prefix)}"
            + $"&after={Uri.EscapeDataString(after ?? "")}";
        var answer = await _session.CallAsync(HttpMethod.Get, path, null, cancellationToken);
        return answer is { IsSuccess: true, Data.ValueKind: JsonValueKind.Object }
            ? [.. (Deserialize(answer.Data, SnmsJson.Default.IdnodeListing)?.Identifiers ?? []).Select(i => i ?? "")]
            : throw Failure(path, answer);
    }

    /// <inheritdoc/>
    public async Task<bool> IsOwnAsync(string identifier, CancellationToken cancellationToken)
    {
        var path = $"{SnmsPaths.IdnodeIdentifier}?handle={Uri.EscapeDataString(identifier)}";
        var answer = await _session.CallAsync(HttpMethod.Get, path, null, cancellationToken);
        return answer is { IsSuccess: true, Data.ValueKind: JsonValueKind.Object }
            ? Deserialize(answer.Data, SnmsJson.Default.IdnodeIdentifier) is { IsThere: true, IsYours: true }
            : throw Failure(path, answer);
    }

    /// <inheritdoc/>
    public async Task<UpstreamAnswer> ReportAsync(
        string store,
        IReadOnlyList<ReportedCount> counts,
        CancellationToken cancellationToken
    )
    {
        var told = new IdnodeCounts(
            store,
            [.. counts.Select(c => new IdnodeCount(c.Day, c.Prefix, c.Register, c.Resolve))]
        );
        var body = JsonSerializer.SerializeToUtf8Bytes(told, SnmsJson.Default.IdnodeCounts);
        var answer = await OptionalCallAsync(HttpMethod.Put, SnmsPaths.IdnodeCounts, body, cancellationToken);
        return answer switch
        {
            null => new UpstreamAnswer(UpstreamOutcome.Absent),
            { IsSuccess: true } => new UpstreamAnswer(UpstreamOutcome.Done),
            { Status: SnmsStatus.Refused } => new UpstreamAnswer(UpstreamOutcome.Refused, answer.Message),
            _ => throw Failure(SnmsPaths.IdnodeCounts, answer),
        };
    }

    /// <inheritdoc/>
    public void BeginPage(bool isOfLetters) => _isOfLetters = isOfLetters;

    /// <inheritdoc/>
    public void EndPage() => Failures.EndPage();

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();

    /// <summary>Makes a call that not every secondary node has; null where there is no such call.</summary>
    private async Task<SnmsEnvelope?> OptionalCallAsync(
        HttpMethod method,
        string path,
        byte[]? body,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await _session.CallAsync(method, path, body, cancellationToken);
        }
        catch (UpstreamException e) when (e.HttpStatus is >= 400 and < 500 and not 408 and not 429)
        {
            return null;
        }
    }

    private async Task<IReadOnlyList<UpstreamAnswer>> SendAsync<T>(
        Batch<T> batch,
        IReadOnlyList<T> items,
        CancellationToken cancellationToken
    )
    {
        var answers = new UpstreamAnswer[items.Count];
        for (var first = 0; first < items.Count; first += _batch)
        {
            var count = Math.Min(_batch, items.Count - first);
            await SendAsync(batch, items, answers, first, count, cancellationToken);
        }
        return answers;
    }

    /// <summary>Sends one item, and once more where it failed and the secondary node does answer other calls.</summary>
    private async Task<SnmsEnvelope> AskForOneAsync<T>(
        Batch<T> batch,
        IReadOnlyList<T> items,
        int at,
        CancellationToken cancellationToken
    )
    {
        var answer = await AskAsync(batch, items, at, 1, cancellationToken);
        if (answer.Status != SnmsStatus.Failed)
        {
            return answer;
        }
        await BeSureAsync(batch.Path, answer, batch.Identifier(items[at]).Split('/')[0], cancellationToken);
        return await AskAsync(batch, items, at, 1, cancellationToken);
    }

    /// <summary>Sends a part of the items as one batch, or in halves where it is refused as a whole.</summary>
    private async Task SendAsync<T>(
        Batch<T> batch,
        IReadOnlyList<T> items,
        UpstreamAnswer[] answers,
        int first,
        int count,
        CancellationToken cancellationToken
    )
    {
        var answer =
            count == 1
                ? await AskForOneAsync(batch, items, first, cancellationToken)
                : await AskAsync(batch, items, first, count, cancellationToken);
        switch (answer.Status)
        {
            case SnmsStatus.Success:
                Failures.Taken();
                Read(batch, items, answers, first, count, answer.Data);
                break;
            case SnmsStatus.Refused when count == 1:
                answers[first] = new UpstreamAnswer(UpstreamOutcome.Refused, answer.Message);
                break;
            case SnmsStatus.Failed when count == 1:
                Failures.Found();
                answers[first] = new UpstreamAnswer(UpstreamOutcome.Failed, answer.Told);
                break;
            case SnmsStatus.Refused:
            case SnmsStatus.Failed when Failures.LooksForCause:
                await SendAsync(batch, items, answers, first, count / 2, cancellationToken);
                await SendAsync(batch, items, answers, first + (count / 2), count - (count / 2), cancellationToken);
                break;
            default:
                throw Failed(batch.Path, answer);
        }
    }

    private async Task<SnmsEnvelope> AskAsync<T>(
        Batch<T> batch,
        IReadOnlyList<T> items,
        int first,
        int count,
        CancellationToken cancellationToken
    )
    {
        await WaitAsync(count, cancellationToken);
        var body = Body(json =>
        {
            json.WriteStartArray();
            for (var i = first; i < first + count; i++)
            {
                batch.Write(json, items[i]);
            }
            json.WriteEndArray();
        });
        return await _session.CallAsync(batch.Method, batch.Path, body, cancellationToken);
    }

    /// <summary>
    /// Returns if what failed alone did so again and again, and the secondary node does other work by now: it says what
    /// it has of a name that nothing has. What then fails once more does so by its own fault.
    /// </summary>
    private async Task BeSureAsync(
        string call,
        SnmsEnvelope failure,
        string prefix,
        CancellationToken cancellationToken
    )
    {
        var didOther = false;
        if (Failures.LooksForCause)
        {
            var path = $"{SnmsPaths.Detail}?handle={Uri.EscapeDataString(prefix + "/" + Nothing)}";
            var answer = await _session.CallAsync(HttpMethod.Get, path, null, cancellationToken);
            didOther = answer.Status is SnmsStatus.Success or SnmsStatus.Refused;
            if (didOther && Failures.IsOfItem)
            {
                return;
            }
        }
        throw Failed(call, failure, didOther);
    }

    private static void Read<T>(
        Batch<T> batch,
        IReadOnlyList<T> items,
        UpstreamAnswer[] answers,
        int first,
        int count,
        JsonElement data
    )
    {
        if (data.ValueKind != JsonValueKind.Array || data.GetArrayLength() != count)
        {
            throw new UpstreamException($"{batch.Path} was not answered with an outcome for each of {count} items.");
        }
        var at = first;
        foreach (var outcome in data.EnumerateArray())
        {
            if (!IsOf(outcome, batch.Identifier(items[at])))
            {
                throw new UpstreamException($"{batch.Path} was answered in another order than was asked.");
            }
            var message = SnmsEnvelope.Text(outcome, "msg");
            answers[at++] = message switch
            {
                SnmsMessages.Success => new UpstreamAnswer(UpstreamOutcome.Done),
                SnmsMessages.Exists => new UpstreamAnswer(UpstreamOutcome.Exists),
                _ when IsAbsent(message) => new UpstreamAnswer(UpstreamOutcome.Absent),
                _ => new UpstreamAnswer(UpstreamOutcome.Refused, message),
            };
        }
    }

    /// <summary>True for the outcome of an identifier, compared as it was sent: it may have any character.</summary>
    private static bool IsOf(JsonElement outcome, string identifier) =>
        outcome.ValueKind == JsonValueKind.Object
        && outcome.TryGetProperty("handle", out var handle)
        && handle.ValueKind == JsonValueKind.String
        && string.Equals(handle.GetString(), identifier, StringComparison.OrdinalIgnoreCase);

    /// <summary>Waits until the rate allows as many items.</summary>
    private async Task WaitAsync(int items, CancellationToken cancellationToken)
    {
        if (options.RatePerSecond == 0)
        {
            return;
        }
        var now = time.GetTimestamp();
        if (_freeAt > now)
        {
            await Task.Delay(time.GetElapsedTime(now, _freeAt), time, cancellationToken);
        }
        _freeAt = Math.Max(_freeAt, now) + (time.TimestampFrequency * items / options.RatePerSecond);
    }

    private static bool IsAbsent(string message) => message is SnmsMessages.ItemNotFound or SnmsMessages.NotFound;

    private UpstreamException Failed(string call, SnmsEnvelope answer, bool didOther = false)
    {
        Failures.EndTry(didOther);
        return Failure(call, answer);
    }

    private UpstreamException Failure(string what, SnmsEnvelope answer) =>
        answer.Status == SnmsStatus.Forbidden
            ? new(
                $"{what}: the secondary node gives {options.User} no right (-3 {answer.Message}). Have the right to "
                    + "the prefix given there, or leave the prefix out by Upstream:Prefix."
            )
            {
                IsForbidden = true,
            }
            : new($"{what} was answered with {answer.Told}");

    private static bool Fits(SnmsTemplate there, UpstreamTemplate template)
    {
        foreach (var attribute in template.Attributes)
        {
            var found = there.Items?.FirstOrDefault(i => i?.IdIndex == attribute.Index);
            var isAsItShouldBe =
                found is { Required: not true, Metadata: { MaxLength: >= UpstreamItems.MaxText } metadata }
                && metadata.MinLength is null or 0
                && found.IdType == attribute.Code
                && found.Name == attribute.Name
                && found.State is 0 != attribute.IsActive;
            if (!isAsItShouldBe)
            {
                return false;
            }
        }
        return true;
    }

    private static void WriteTemplate(Utf8JsonWriter json, UpstreamTemplate template) =>
        JsonSerializer.Serialize(
            json,
            new SnmsTemplate
            {
                Prefix = template.Prefix,
                Version = template.Version,
                IndustryCategory = template.Industry.Category,
                IndustrySpecific = template.Industry.Specific,
                IndustryTrade = template.Industry.Trade,
                IndustrySubclass = template.Industry.Subclass,
                Type = template.CarrierType,
                Description = template.Description,
                Items =
                [
                    .. template.Attributes.Select(static a => new SnmsTemplateAttribute
                    {
                        Name = a.Name,
                        IdType = a.Code,
                        IdIndex = a.Index,
                        Required = false,
                        State = a.IsActive ? 1 : 0,
                        Metadata = new SnmsMetadata
                        {
                            Type = "string",
                            MinLength = 0,
                            MaxLength = UpstreamItems.MaxText,
                        },
                    }),
                ],
            },
            SnmsJson.Default.SnmsTemplate
        );

    private static void WriteItem(Utf8JsonWriter json, UpstreamItem item, bool isUpdate)
    {
        json.WriteStartObject();
        json.WriteString("handle"u8, item.Identifier);
        json.WriteString("templateVersion"u8, item.TemplateVersion);
        json.WriteStartArray("value"u8);
        foreach (var value in item.Values)
        {
            // An update keeps what it does not name, so what is not there any more is named with an empty text.
            if (value.Text is null && !isUpdate)
            {
                continue;
            }
            json.WriteStartObject();
            json.WriteString("auth"u8, "");
            json.WriteNumber("index"u8, value.Index);
            json.WriteString("type"u8, value.Type);
            json.WriteStartObject("data"u8);
            json.WriteString("format"u8, "string");
            json.WriteString("value"u8, value.Text ?? "");
            json.WriteEndObject();
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteRoute(Utf8JsonWriter json, UpstreamRoute route)
    {
        json.WriteStartObject();
        if (route.Host is { } host)
        {
            json.WriteNumber("proxyServerId"u8, host);
        }
        json.WriteStartObject("entPrefixConfig"u8);
        json.WriteString("entPrefix"u8, route.Prefix);
        if (route.Host is null)
        {
            json.WriteString("hdlType"u8, "HS_SITE"u8);
            json.WriteNumber("ipType"u8, route.Address.AddressFamily == AddressFamily.InterNetwork ? 4 : 6);
            json.WriteString("ip"u8, route.Address.ToString());
            json.WriteString("tcpPort"u8, Port(route.Tcp));
            json.WriteString("udpPort"u8, Port(route.Udp));
            json.WriteString("httpPort"u8, Port(route.Http));
        }
        json.WriteEndObject();
        json.WriteEndObject();

        static string Port(int port) => port.ToString(CultureInfo.InvariantCulture);
    }

    private static byte[] Body(Action<Utf8JsonWriter> write)
    {
        var output = new ArrayBufferWriter<byte>(64 << 10);
        using (var json = new Utf8JsonWriter(output, SnmsJson.Plain))
        {
            write(json);
        }
        return output.WrittenSpan.ToArray();
    }

    private static SnmsTemplate? TemplateOf(SnmsEnvelope found) =>
        found is { IsSuccess: true, Data.ValueKind: JsonValueKind.Object }
            ? Deserialize(found.Data, SnmsJson.Default.SnmsTemplate)
            : null;

    private static UpstreamItem ItemOf(JsonElement data)
    {
        var item = Deserialize(data, SnmsJson.Default.SnmsIdentifier);
        return new UpstreamItem(
            item?.Handle ?? "",
            item?.TemplateVersion ?? "",
            [
                .. (item?.Value ?? [])
                    .OfType<SnmsValue>()
                    .Where(static v => v.Index >= 2000)
                    .Select(static v => new UpstreamValue(v.Index!.Value, v.Type ?? "", v.Data?.Value))
                    .OrderBy(static v => v.Index),
            ]
        );
    }

    private static T? Deserialize<T>(JsonElement data, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
    {
        try
        {
            return data.Deserialize(type);
        }
        catch (JsonException e)
        {
            throw new UpstreamException("An answer was not in the form of SNMS.", null, e);
        }
    }

    /// <summary>A call about many items.</summary>
    private sealed record Batch<T>(
        HttpMethod Method,
        string Path,
        Action<Utf8JsonWriter, T> Write,
        Func<T, string> Identifier
    );
}
