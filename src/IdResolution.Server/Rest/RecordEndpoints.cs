using IdResolution.Core.Catalog;
using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Records;
using IdResolution.Core.Registration;
using IdResolution.Core.Traceability;
using IdResolution.Core.Views;
using IdResolution.Server.Http;

namespace IdResolution.Server.Rest;

/// <summary>The calls that change and revoke records.</summary>
internal sealed class RecordEndpoints(
    RecordEditor editor,
    IRecordStore store,
    CatalogHolder catalog,
    ItemRegistrar items,
    RenderContext render
)
{
    public async Task UpdateAsync(HttpContext context)
    {
        if (await TargetAsync(context) is not { } target)
        {
            return;
        }
        var read = await BodyReader.ReadAsync(context);
        if (!read.TryGet(out var json, out var error))
        {
            await Problem.WriteAsync(context, error);
            return;
        }
        var patch = Decode(json);
        var result = patch.IsOk
            ? await editor.UpdateAsync(
                target.Identifier,
                patch.Value,
                target.Version,
                context.Caller(),
                context.RequestAborted
            )
            : patch.Error;
        if (!result.TryGet(out var updated, out error))
        {
            await Problem.WriteAsync(context, error);
            return;
        }
        RegisteredItem?[] told = [new RegisteredItem(updated)];
        await items.TellHoldsAsync(told, context.Caller(), context.RequestAborted);
        await AnswerAsync(context, told[0]!);
    }

    public async Task RevokeAsync(HttpContext context)
    {
        if (await TargetAsync(context) is not { } target)
        {
            return;
        }
        var result = await editor.RevokeAsync(
            target.Identifier,
            target.Version,
            context.Caller(),
            context.RequestAborted
        );
        if (result.IsOk)
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
        }
        else
        {
            await Problem.WriteAsync(context, result.Error);
        }
    }

    private static Result<RecordPatch> Decode(JsonBody json)
    {
        using (json)
        {
            return BodyReader.Patch(json.RootElement);
        }
    }

    private Task AnswerAsync(HttpContext context, RegisteredItem updated)
    {
        var projection = context.Caller().Projection;
        var record = RecordReader.Read(updated.Registered.Record, catalog.Current, projection);
        context.Response.Headers.ETag = render.Tag(record.Version, projection, "json", "x");
        return BytesAnswer.WriteAsync(
            context,
            StatusCodes.Status200OK,
            "application/json",
            RecordJson.Render(record, with: updated)
        );
    }

    private async ValueTask<(Identifier Identifier, long? Version)?> TargetAsync(HttpContext context)
    {
        var parsed = IdentifierTarget.Parse(context, ResolveEndpoint.Route);
        var versions = Conditional.Versions(context.Request.Headers.IfMatch, catalog.Current.Log?.Name.Number ?? 0);
        if (parsed.IsOk && versions.IsOk)
        {
            return (parsed.Value, await ExpectedAsync(parsed.Value, versions.Value, context.RequestAborted));
        }
        await Problem.WriteAsync(context, parsed.Error ?? versions.Error!);
        return null;
    }

    /// <summary>
    /// The expected version. If the caller named several, the current one if it is among them; the write checks it
    /// again.
    /// </summary>
    private async ValueTask<long?> ExpectedAsync(
        Identifier identifier,
        IReadOnlyList<long>? versions,
        CancellationToken cancellationToken
    )
    {
        if (versions is not { Count: > 1 })
        {
            return versions?[0];
        }
        var (record, _) = await store.FindAsync(identifier.Key, cancellationToken);
        return record is not null && versions.Contains(record.Version) ? record.Version : versions[0];
    }
}
