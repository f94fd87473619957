using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using IdResolution.Core.Snms;
using IdResolution.Server.SnmsWire;

namespace IdResolution.Server.Simulation;

/// <summary>The calls of a simulated secondary node, and how they are read.</summary>
internal static class SnmsCalls
{
    private const int MaxBatch = 2_000;
    private const int MaxUser = 50;
    private const int MaxPassword = 64;

    public static IReadOnlyList<SnmsCall> All { get; } =
    [
        new("POST", SnmsPaths.Token, request => LogInAsync(request, isDigest: false)) { IsLogIn = true },
        new("POST", SnmsPaths.TokenV1, request => LogInAsync(request, isDigest: true)) { IsLogIn = true },
        .. Templates(SnmsPaths.TemplateV3, isV5: false),
        .. Templates(SnmsPaths.TemplateV5, isV5: true),
        new("PUT", SnmsPaths.TemplateV5, request => TemplateAsync(request, TemplateWork.Update)),
        new("GET", SnmsPaths.Detail, ReadDetailAsync),
        new("POST", SnmsPaths.Data, request => OneAsync(request, IdentifierWork.Create)),
        new("PUT", SnmsPaths.Data, request => OneAsync(request, IdentifierWork.Update)),
        new("DELETE", SnmsPaths.Data, DeleteOneAsync),
        new("POST", SnmsPaths.BatchCreate, request => BatchAsync(request, IdentifierWork.Create)),
        new("PUT", SnmsPaths.BatchUpdate, request => BatchAsync(request, IdentifierWork.Update)),
        new("DELETE", SnmsPaths.BatchDelete, DeleteManyAsync),
        new("GET", "/snms/api/prefix/query", QueryPrefixAsync),
        new("GET", "/snms/api/prefix/page", PagePrefixesAsync),
        new("POST", "/snms/api/ent/config", ConfigureAsync),
    ];

    private static IEnumerable<SnmsCall> Templates(string path, bool isV5) =>
        [
            new("GET", path, request => ReadTemplateAsync(request, isV5)),
            new("POST", path, request => TemplateAsync(request, (r, u, form) => TemplateWork.Create(r, u, form, isV5))),
            new("DELETE", path, DeleteTemplateAsync),
        ];

    private static Task<ReadCall> LogInAsync(HttpRequest request, bool isDigest) =>
        BodyAsync(
            request,
            SimulatorJson.Default.SnmsLogin,
            body => new ReadCall(
                (node, _, _) =>
                    Reply.Faulty(body.Username, "username", MaxUser)
                    ?? Reply.Faulty(body.Password, "password", MaxPassword)
                    ?? node.LogIn(body.Username!, body.Password!, isDigest)
            )
        );

    private static Task<ReadCall> ReadTemplateAsync(HttpRequest request, bool isV5)
    {
        var key = new SnmsTemplateKey(request.Query["prefix"], request.Query["version"]);
        return Task.FromResult(new ReadCall((node, user, _) => TemplateWork.Read(node.Registry, user, key, isV5)));
    }

    private static Task<ReadCall> TemplateAsync(
        HttpRequest request,
        Func<Registry, SecondaryNodeUser, SnmsTemplate, Reply> work
    ) =>
        BodyAsync(
            request,
            SimulatorJson.Default.SnmsTemplate,
            body => new ReadCall((node, user, _) => work(node.Registry, user, body))
        );

    private static Task<ReadCall> DeleteTemplateAsync(HttpRequest request) =>
        BodyAsync(
            request,
            SimulatorJson.Default.SnmsTemplateKey,
            body => new ReadCall((node, user, _) => TemplateWork.Delete(node.Registry, user, body))
        );

    private static Task<ReadCall> ReadDetailAsync(HttpRequest request)
    {
        string? handle = request.Query["handle"];
        return Task.FromResult(One(handle, (registry, user) => IdentifierWork.Read(registry, user, handle)));
    }

    private static Task<ReadCall> OneAsync(
        HttpRequest request,
        Func<Registry, SecondaryNodeUser, SnmsIdentifier?, Reply> work
    ) =>
        BodyAsync(
            request,
            SimulatorJson.Default.SnmsIdentifier,
            body => One(body.Handle, (registry, user) => work(registry, user, body))
        );

    private static Task<ReadCall> DeleteOneAsync(HttpRequest request) =>
        BodyAsync(
            request,
            SimulatorJson.Default.SnmsHandle,
            body => One(body.Handle, (registry, user) => IdentifierWork.Delete(registry, user, body.Handle))
        );

    private static ReadCall One(string? handle, Func<Registry, SecondaryNodeUser, Reply> work) =>
        new((node, user, refusing) => Refusal(refusing, handle) ?? work(node.Registry, user)) { Handles = [handle] };

    private static Task<ReadCall> BatchAsync(
        HttpRequest request,
        Func<Registry, SecondaryNodeUser, SnmsIdentifier?, Reply> work
    ) =>
        BodyAsync(
            request,
            SimulatorJson.Default.ListSnmsIdentifier,
            items => Batch(items, item => item?.Handle, work, hasCodes: false)
        );

    private static Task<ReadCall> DeleteManyAsync(HttpRequest request) =>
        BodyAsync(
            request,
            SimulatorJson.Default.ListString,
            handles => Batch(handles, handle => handle, IdentifierWork.Delete, hasCodes: true)
        );

    private static ReadCall Batch<T>(
        List<T?> items,
        Func<T?, string?> handleOf,
        Func<Registry, SecondaryNodeUser, T?, Reply> work,
        bool hasCodes
    )
        where T : class
    {
        if (items.Count > MaxBatch)
        {
            return ReadCall.Of(Reply.Refused($"单次请求最多{MaxBatch}条标识")) with { IsBatch = true };
        }
        var handles = items.ConvertAll(item => handleOf(item));
        return new ReadCall(
            (node, user, refusing) =>
            {
                var outcomes = new Reply[items.Count];
                for (var i = 0; i < outcomes.Length; i++)
                {
                    outcomes[i] = Refusal(refusing, handles[i]) ?? work(node.Registry, user, items[i]);
                }
                return Reply.Of(json => WriteItems(json, handles, outcomes, hasCodes));
            }
        )
        {
            Handles = handles,
            IsBatch = true,
        };
    }

    private static void WriteItems(Utf8JsonWriter json, List<string?> handles, Reply[] outcomes, bool hasCodes)
    {
        json.WriteStartArray();
        for (var i = 0; i < outcomes.Length; i++)
        {
            json.WriteStartObject();
            json.WriteString("handle"u8, handles[i]);
            if (hasCodes)
            {
                json.WriteNumber("code"u8, outcomes[i].Status);
            }
            var isMissing = ReferenceEquals(outcomes[i], Reply.NotFound);
            json.WriteString("msg"u8, isMissing ? SnmsMessages.ItemNotFound : outcomes[i].Message);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static Reply? Refusal(Fault? refusing, string? handle) =>
        refusing?.Handle is { } text && handle?.Contains(text, StringComparison.Ordinal) == true
            ? Reply.Refused(refusing.Message ?? Reply.Failure.Message)
            : null;

    private static Task<ReadCall> QueryPrefixAsync(HttpRequest request)
    {
        string? prefix = request.Query["prefix"];
        return Task.FromResult(new ReadCall((node, user, _) => PrefixWork.Query(user, prefix, node.Started)));
    }

    private static Task<ReadCall> PagePrefixesAsync(HttpRequest request)
    {
        var query = request.Query;
        return Task.FromResult(
            new ReadCall((node, user, _) => PrefixWork.Page(node.Registry, user, query, node.Started))
        );
    }

    private static Task<ReadCall> ConfigureAsync(HttpRequest request) =>
        BodyAsync(
            request,
            SimulatorJson.Default.EntConfig,
            body => new ReadCall((node, user, _) => EntConfig.Keep(node.Registry, user, body))
        );

    private static async Task<ReadCall> BodyAsync<T>(HttpRequest request, JsonTypeInfo<T> type, Func<T, ReadCall> read)
        where T : class
    {
        try
        {
            var body = await JsonSerializer.DeserializeAsync(request.Body, type, request.HttpContext.RequestAborted);
            return body is null ? ReadCall.Of(Reply.Misshapen("body")) : read(body);
        }
        catch (JsonException e)
        {
            return ReadCall.Of(Reply.Misshapen(e.Path is ['$', '.', .. { Length: > 0 } path] ? path : "body"));
        }
    }
}
