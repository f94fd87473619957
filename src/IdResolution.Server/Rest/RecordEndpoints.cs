using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using IdResolution.Core.Access;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Records;
using IdResolution.Core.Registration;
using IdResolution.Server.Hosting;

namespace IdResolution.Server.Rest;

/// <summary>Calls on records besides registering and resolving: change, revoke, history, scan, search, changes.</summary>
internal sealed class RecordEndpoints(Node node, ResolveEndpoint resolve, RenderContext render, IHostApplicationLifetime lifetime)
{
    private const int MaxPage = 1_000;
    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) };

    public async Task UpdateAsync(HttpContext context)
    {
        if (await TargetAsync(context) is not { } target)
        {
            return;
        }
        var read = await RequestReader.ReadAsync(context, node.Options.Limits.BodyBytes);
        if (!read.TryGet(out var json, out var error))
        {
            await Problem.WriteAsync(context, error);
            return;
        }
        Result<RecordPatch> patch;
        using (json)
        {
            patch = RequestReader.Patch(json.RootElement);
        }
        var result = patch.IsOk ? await node.Editor.UpdateAsync(target.Identifier, patch.Value, target.Version, context.Caller(), context.RequestAborted) : patch.Error;
        if (!result.TryGet(out var updated, out error))
        {
            await Problem.WriteAsync(context, error);
            return;
        }
        var record = RecordReader.Read(updated.Record, node.Catalog.Current, context.Caller().View);
        context.Response.Headers.ETag = render.Tag(record.Version, context.Caller().View, "json", "x");
        await Answers.BytesAsync(context, StatusCodes.Status200OK, "application/json", RecordJson.Render(record));
    }

    public async Task RevokeAsync(HttpContext context)
    {
        if (await TargetAsync(context) is not { } target)
        {
            return;
        }
        var result = await node.Editor.RevokeAsync(target.Identifier, target.Version, context.Caller(), context.RequestAborted);
        if (result.IsOk)
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
        }
        else
        {
            await Problem.WriteAsync(context, result.Error);
        }
    }

    public async Task HistoryAsync(HttpContext context)
    {
        if (await Answers.RefusedAsync(context, Role.Reader))
        {
            return;
        }
        if (!IdentifierTarget.Parse(context, "/api/v1/history/").TryGet(out var identifier, out var error))
        {
            await Problem.WriteAsync(context, error);
            return;
        }
        if (await Answers.NumberAsync(context, "before", 0, 0, long.MaxValue) is not { } before || await Answers.NumberAsync(context, "limit", 100, 1, MaxPage) is not { } limit)
        {
            return;
        }
        var (record, _) = await node.Records.FindAsync(identifier.Key, context.RequestAborted);
        if (record is null || !node.Catalog.Current.IsHomed(identifier))
        {
            await Problem.WriteAsync(context, Refusals.Absent(identifier, node.Catalog.Current));
            return;
        }
        var versions = await node.Records.HistoryAsync(record.Object, before, (int)limit, context.RequestAborted);
        await ListAsync(context, writer =>
        {
            foreach (var version in versions)
            {
                writer.WriteStartObject();
                RecordJson.WriteMembers(writer, RecordReader.Read(version.State, node.Catalog.Current, context.Caller().View) with { Version = version.Body.Version });
                writer.WriteString("operation"u8, OperationName(version.Body.Operation));
                writer.WriteString("time"u8, Micros.ToTime(version.Body.Time).UtcDateTime);
                writer.WriteString("actor"u8, node.Catalog.Current.ActorName(version.Body.Actor));
                writer.WriteNumber("sequence"u8, version.Sequence);
                var held = new StateReader(version.State).Count;
                if (held < version.Committed)
                {
                    writer.WriteNumber("erased"u8, version.Committed - held);
                }
                writer.WriteEndObject();
            }
        }, versions.Count == limit ? versions[^1].Body.Version : null);
    }

    public Task ScanAsync(HttpContext context) => Answers.WithBodyAsync(context, 16_384, RestJson.Default.ScanBody, async body =>
    {
        var found = await node.Scanner.FindAsync(body.Text, context.RequestAborted);
        await (found.IsOk ? resolve.AnswerAsync(context, found.Value) : Problem.WriteAsync(context, found.Error));
    });

    public async Task SearchAsync(HttpContext context)
    {
        if (await Answers.RefusedAsync(context, Role.Reader)
            || await Answers.NumberAsync(context, "after", 0, 0, long.MaxValue) is not { } after
            || await Answers.NumberAsync(context, "limit", 50, 1, MaxPage) is not { } limit)
        {
            return;
        }
        if (!SearchQuery.Read(context.Request.Query, node.Catalog.Current).TryGet(out var query, out var error))
        {
            await Problem.WriteAsync(context, error);
            return;
        }
        var found = await node.Records.SearchAsync(query with { After = after, Limit = (int)limit }, context.RequestAborted);
        await ListAsync(context, writer =>
        {
            foreach (var record in found)
            {
                RecordJson.Write(writer, RecordReader.Read(record, node.Catalog.Current, context.Caller().View));
            }
        }, found.Count == limit ? found[^1].Object : null);
    }

    public async Task ChangesAsync(HttpContext context)
    {
        if (await Answers.RefusedAsync(context, Role.Partner)
            || await Answers.NumberAsync(context, "after", 0, 0, long.MaxValue) is not { } after
            || await Answers.NumberAsync(context, "wait", 0, 0, 60) is not { } wait
            || await Answers.NumberAsync(context, "limit", 500, 1, MaxPage) is not { } limit)
        {
            return;
        }
        var changes = await node.Log.ReadAsync(after, (int)limit, context.RequestAborted);
        var began = node.Time.GetTimestamp();
        // The tail also wakes its waiters for what they have read already: those wait on.
        while (changes.Count == 0 && TimeSpan.FromSeconds(wait) - node.Time.GetElapsedTime(began) is var left && left > TimeSpan.Zero && !lifetime.ApplicationStopping.IsCancellationRequested)
        {
            await WaitAsync(after, left, context.RequestAborted);
            changes = await node.Log.ReadAsync(after, (int)limit, context.RequestAborted);
        }
        var caller = context.Caller();
        await ListAsync(context, writer =>
        {
            foreach (var change in changes)
            {
                // Kinds other than records are the administrators' own; the cursor moves past them for everyone.
                if (change.Body.Kind == LogKind.Record || caller.Is(Role.Admin))
                {
                    Write(writer, change, caller);
                }
            }
        }, changes.Count > 0 ? changes[^1].Sequence : after);
    }

    /// <summary>Waits for something new; a node that stops does not keep its pollers waiting.</summary>
    private async Task WaitAsync(long after, TimeSpan wait, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
        try
        {
            await node.Tail.WaitAsync(after, wait, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The node stops: what is there is the answer.
        }
    }

    private void Write(Utf8JsonWriter writer, Change change, Caller caller)
    {
        writer.WriteStartObject();
        writer.WriteNumber("sequence"u8, change.Sequence);
        writer.WriteString("kind"u8, change.Body.Kind.ToString().ToLowerInvariant());
        writer.WriteString("operation"u8, OperationName(change.Body.Operation));
        if (change.Body.Kind == LogKind.Record)
        {
            var record = RecordReader.Read(change.State, node.Catalog.Current, View.Public);
            writer.WriteString("identifier"u8, record.Identifier);
            writer.WriteString("template"u8, record.Template?.Code);
        }
        else
        {
            writer.WriteString("code"u8, change.Code);
        }
        writer.WriteNumber("version"u8, change.Body.Version);
        writer.WriteString("time"u8, Micros.ToTime(change.Body.Time).UtcDateTime);
        if (caller.Is(Role.Reader))
        {
            writer.WriteString("actor"u8, node.Catalog.Current.ActorName(change.Body.Actor));
        }
        writer.WriteString("leaf"u8, Convert.ToHexStringLower(change.Leaf));
        writer.WriteEndObject();
    }

    private async ValueTask<(Identifier Identifier, long? Version)?> TargetAsync(HttpContext context)
    {
        if (await Answers.RefusedAsync(context, Role.Registrar))
        {
            return null;
        }
        var parsed = IdentifierTarget.Parse(context, ResolveEndpoint.Route);
        var versions = Conditional.Versions(context.Request.Headers.IfMatch);
        if (parsed.IsOk && versions.IsOk)
        {
            return (parsed.Value, await ExpectedAsync(parsed.Value, versions.Value, context.RequestAborted));
        }
        await Problem.WriteAsync(context, parsed.Error ?? versions.Error!);
        return null;
    }

    /// <summary>Of several versions named the current one, where it is among them: the write itself decides whether it still is.</summary>
    private async ValueTask<long?> ExpectedAsync(Identifier identifier, IReadOnlyList<long>? versions, CancellationToken cancellationToken)
    {
        if (versions is not { Count: > 1 })
        {
            return versions?[0];
        }
        var (record, _) = await node.Records.FindAsync(identifier.Key, cancellationToken);
        return record is not null && versions.Contains(record.Version) ? record.Version : versions[0];
    }

    private static async Task ListAsync(HttpContext context, Action<Utf8JsonWriter> items, long? next)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using (var writer = new Utf8JsonWriter(buffer, WriterOptions))
        {
            writer.WriteStartObject();
            writer.WriteStartArray("items"u8);
            items(writer);
            writer.WriteEndArray();
            if (next is { } cursor)
            {
                writer.WriteNumber("next"u8, cursor);
            }
            writer.WriteEndObject();
        }
        context.Response.Headers.CacheControl = "no-store";
        await Answers.BytesAsync(context, StatusCodes.Status200OK, "application/json", buffer.WrittenMemory);
    }

    private static string OperationName(LogOperation operation) => operation.ToString().ToLowerInvariant();
}
