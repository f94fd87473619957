using Grpc.Core;
using IdResolution.Core.Access;
using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Primitives;
using IdResolution.Core.Records;
using IdResolution.Core.Registration;
using IdResolution.Core.Views;
using IdResolution.Server.Hosting;
using IdResolution.Server.Http;

namespace IdResolution.Server.Grpc;

/// <summary><c>idresolution.v1.Registry</c>: registering, changing, revoking, templates.</summary>
[BindServiceMethod(typeof(RegistryService), nameof(Bind))]
internal sealed class RegistryService(Node node, Callers callers, IHostApplicationLifetime lifetime) : V1.Registry.RegistryBase
{
    private const int MaxRefusals = 1_000;

    private static readonly WriteOptions Buffered = new(WriteFlags.BufferHint);

    /// <summary>Binds all methods but those that take a stream, which <see cref="RegisterMethods"/> binds.</summary>
    public static void Bind(ServiceBinderBase binder, V1.Registry.RegistryBase? service) => V1.Registry.BindService(new CheckedBinder(binder, RegisterMethods.Names), service);

    [RoleNeeded(Role.Registrar)]
    public override async Task<V1.Record> Register(V1.RegisterRequest request, ServerCallContext context)
    {
        var caller = context.GetHttpContext().Caller();
        var registered = (await node.Registrar.RegisterAsync(RequestReader.Registration(request).OrThrow(context), caller, context.CancellationToken)).OrThrow(context);
        context.ResponseTrailers.Add("idr-outcome", registered.Outcome.ToString().ToLowerInvariant());
        return Shown(registered, caller);
    }

    [RoleNeeded(Role.Registrar)]
    public override async Task<V1.RegisterBatchResponse> RegisterBatch(V1.RegisterBatchRequest request, ServerCallContext context)
    {
        var caller = context.GetHttpContext().Caller();
        if (request.Items.Count is 0 or > Registrar.MaxBatch)
        {
            throw GrpcErrors.ToException(Error.Of(ErrorCode.InvalidValue, $"A batch has 1 to {Registrar.MaxBatch} items.", $"一批包含 1 至 {Registrar.MaxBatch} 项。", "items"), context);
        }
        var decoded = new List<Result<RegistrationRequest>>(request.Items.Count);
        foreach (var item in request.Items)
        {
            decoded.Add(RequestReader.Registration(item));
        }
        var results = await node.Registrar.RegisterAsync(decoded, caller, context.CancellationToken);
        var response = new V1.RegisterBatchResponse();
        var language = GrpcErrors.LanguageOf(context);
        for (var i = 0; i < results.Length; i++)
        {
            response.Items.Add(ToMessage(i, results[i], language));
        }
        return response;
    }

    /// <summary>Registers a stream and answers once.</summary>
    public async Task<V1.RegisterManyResponse> RegisterManyAsync(IAsyncStreamReader<StreamedItem> items, ServerCallContext context)
    {
        var caller = context.GetHttpContext().Caller();
        var response = new V1.RegisterManyResponse { Received = 0, Created = 0, Same = 0, Reinstated = 0, Refused = 0 };
        var language = GrpcErrors.LanguageOf(context);
        await RegisterAllAsync(items, caller, context, (first, results) =>
        {
            for (var i = 0; i < results.Length; i++)
            {
                response.Received++;
                if (!results[i].TryGet(out var registered, out _))
                {
                    response.Refused++;
                    if (response.Refusals.Count < MaxRefusals)
                    {
                        response.Refusals.Add(ToMessage(first + i, results[i], language));
                    }
                    continue;
                }
                switch (registered.Outcome)
                {
                    case WriteOutcome.Created:
                        response.Created++;
                        break;
                    case WriteOutcome.Reinstated:
                        response.Reinstated++;
                        break;
                    default:
                        response.Same++;
                        break;
                }
            }
            return Task.CompletedTask;
        });
        return response;
    }

    /// <summary>Registers a stream and answers each item.</summary>
    public async Task RegisterStreamAsync(IAsyncStreamReader<StreamedItem> items, IServerStreamWriter<V1.RegisterResult> answers, ServerCallContext context)
    {
        var language = GrpcErrors.LanguageOf(context);
        await RegisterAllAsync(items, context.GetHttpContext().Caller(), context, async (first, results) =>
        {
            for (var i = 0; i < results.Length; i++)
            {
                // The batch's results go out together; only where they do can a write take long enough to be cancelled.
                var last = i == results.Length - 1;
                answers.WriteOptions = last ? null : Buffered;
                await answers.WriteAsync(ToMessage(first + i, results[i], language), last ? context.CancellationToken : CancellationToken.None);
            }
        });
    }

    [RoleNeeded(Role.Registrar)]
    public override async Task<V1.Record> Update(V1.UpdateRequest request, ServerCallContext context)
    {
        var caller = context.GetHttpContext().Caller();
        var identifier = Target(request.HasIdentifier, request.Identifier).OrThrow(context);
        var patch = RequestReader.Patch(request).OrThrow(context);
        var updated = await node.Editor.UpdateAsync(identifier, patch, request.HasExpectedVersion ? request.ExpectedVersion : null, caller, context.CancellationToken);
        return Shown(updated.OrThrow(context), caller);
    }

    [RoleNeeded(Role.Registrar)]
    public override async Task<V1.RevokeResponse> Revoke(V1.RevokeRequest request, ServerCallContext context)
    {
        var caller = context.GetHttpContext().Caller();
        var identifier = Target(request.HasIdentifier, request.Identifier).OrThrow(context);
        var revoked = await node.Editor.RevokeAsync(identifier, request.HasExpectedVersion ? request.ExpectedVersion : null, caller, context.CancellationToken);
        return new V1.RevokeResponse { Version = revoked.OrThrow(context).Record.Version };
    }

    [RoleNeeded(Role.Partner)]
    public override Task<V1.ListTemplatesResponse> ListTemplates(V1.ListTemplatesRequest request, ServerCallContext context)
    {
        var response = new V1.ListTemplatesResponse();
        var templates = node.CatalogReader.Templates(context.GetHttpContext().Caller()).OrThrow(context);
        response.Items.AddRange(templates.Select(TemplateMessages.ToMessage));
        return Task.FromResult(response);
    }

    [RoleNeeded(Role.Partner)]
    public override Task<V1.Template> GetTemplate(V1.GetTemplateRequest request, ServerCallContext context)
    {
        var found = node.CatalogReader.Template(request.Code, request.Version, context.GetHttpContext().Caller());
        return Task.FromResult(TemplateMessages.ToMessage(found.OrThrow(context)));
    }

    [RoleNeeded(Role.Admin)]
    public override async Task<V1.Template> SaveTemplate(V1.SaveTemplateRequest request, ServerCallContext context)
    {
        var caller = context.GetHttpContext().Caller();
        var template = request.Template ?? throw GrpcErrors.ToException(RequestReader.Missing("template"), context);
        var saved = await node.Templates.SaveDraftAsync(TemplateMessages.FromMessage(template), caller, context.CancellationToken);
        return TemplateMessages.ToMessage(saved.OrThrow(context).Template);
    }

    [RoleNeeded(Role.Admin)]
    public override async Task<V1.Template> PublishTemplate(V1.PublishTemplateRequest request, ServerCallContext context) =>
        TemplateMessages.ToMessage((await node.Templates.PublishAsync(request.Code, context.GetHttpContext().Caller(), context.CancellationToken)).OrThrow(context));

    [RoleNeeded(Role.Admin)]
    public override async Task<V1.Template> WithdrawTemplate(V1.WithdrawTemplateRequest request, ServerCallContext context) =>
        TemplateMessages.ToMessage((await node.Templates.WithdrawAsync(request.Code, context.GetHttpContext().Caller(), context.CancellationToken)).OrThrow(context));

    [RoleNeeded(Role.Admin)]
    public override async Task<V1.Template> CopyTemplate(V1.CopyTemplateRequest request, ServerCallContext context)
    {
        var copied = await node.Templates.CopyAsync(
            request.Code, request.NewCode, TemplateMessages.FromMessage(request.Names), request.HasCategory ? request.Category : null, context.GetHttpContext().Caller(), context.CancellationToken);
        return TemplateMessages.ToMessage(copied.OrThrow(context));
    }

    /// <summary>
    /// Registers a stream in batches of what has come in, at most one being answered while the next one is gathered and written: that,
    /// and the flow control of HTTP/2, is all that is held of a stream however long it is.
    /// </summary>
    private async Task RegisterAllAsync(
        IAsyncStreamReader<StreamedItem> items, Caller caller, ServerCallContext context, Func<long, Result<Registered>[], Task> answer)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.ApplicationStopping);
        var batches = new BatchReader(items, stop.Token);
        var answered = Task.CompletedTask;
        var first = 0L;
        try
        {
            while (await batches.ReadAsync() is { Count: > 0 } batch)
            {
                await StillAllowedAsync(context);
                var registering = node.Registrar.RegisterAsync(batch, caller, context.CancellationToken);
                await answered;
                answered = AnswerAsync(first, registering, answer);
                first += batch.Count;
            }
        }
        catch (Exception e)
        {
            // What was taken before a break is answered first; where that cannot be, the first fault is the one to tell.
            await answered.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (e is OperationCanceledException && lifetime.ApplicationStopping.IsCancellationRequested && !context.CancellationToken.IsCancellationRequested)
            {
                throw GrpcErrors.ToException(Stops.Error, context);
            }
            throw;
        }
        await answered;
    }

    private static async Task AnswerAsync(long first, Task<Result<Registered>[]> registering, Func<long, Result<Registered>[], Task> answer) => await answer(first, await registering);

    /// <summary>Each batch of a stream counts as a request: a key revoked meanwhile ends the stream, a rate limit slows it down.</summary>
    private async ValueTask StillAllowedAsync(ServerCallContext context)
    {
        var caller = (await callers.GetAsync(context.GetHttpContext().Request.Headers.Authorization, context.CancellationToken)).OrThrow(context);
        while (Callers.Limit(caller) is { RetryAfter: { } wait })
        {
            await Task.Delay(wait, node.Time, context.CancellationToken);
        }
    }

    private static Result<Identifier> Target(bool given, string identifier) => given ? Identifier.Parse(identifier) : RequestReader.Missing("identifier");

    private V1.Record Shown(Registered registered, Caller caller) => RecordMessages.ToMessage(RecordReader.Read(registered.Record, node.Catalog.Current, caller.Projection));

    private static V1.RegisterResult ToMessage(long position, Result<Registered> result, Language language) => result.TryGet(out var registered, out var error)
        ? new V1.RegisterResult
        {
            Position = position,
            Registered = new V1.Registered
            {
                Identifier = RecordState.IdentifierOf(registered.Record),
                Version = registered.Record.Version,
                Outcome = registered.Outcome switch
                {
                    WriteOutcome.Created => V1.RegisterOutcome.Created,
                    WriteOutcome.Reinstated => V1.RegisterOutcome.Reinstated,
                    _ => V1.RegisterOutcome.Same,
                },
            },
        }
        : new V1.RegisterResult { Position = position, Error = GrpcErrors.ToStatus(error, language) };
}
