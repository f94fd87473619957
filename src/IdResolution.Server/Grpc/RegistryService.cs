using Grpc.Core;
using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Registration;
using IdResolution.Core.Traceability;
using IdResolution.Core.Views;
using IdResolution.Server.Http;

namespace IdResolution.Server.Grpc;

/// <summary><c>idresolution.v1.Registry</c>: registering, changing, revoking, templates.</summary>
[BindServiceMethod(typeof(RegistryService), nameof(Bind))]
internal sealed class RegistryService(
    ItemRegistrations items,
    RecordEditor editor,
    BusinessKeyEditor keys,
    RegisterStreams streams,
    TemplateCalls templates,
    CatalogHolder catalog
) : V1.Registry.RegistryBase
{
    /// <summary>Binds all methods except those that take a stream: <see cref="RegisterMethods"/> binds them.</summary>
    public static void Bind(ServiceBinderBase binder, V1.Registry.RegistryBase? service) =>
        V1.Registry.BindService(new CheckedBinder(binder, RegisterMethods.Names), service);

    [RoleNeeded(Role.Registrar)]
    public override async Task<V1.Record> Register(V1.RegisterRequest request, ServerCallContext context)
    {
        var caller = context.GetHttpContext().Caller();
        var registered = (await items.RegisterAsync(request, caller, context.CancellationToken)).OrThrow(context);
        context.ResponseTrailers.Add("idr-outcome", registered.Registered.Outcome.ToString().ToLowerInvariant());
        return Shown(registered, caller, context);
    }

    [RoleNeeded(Role.Registrar)]
    public override async Task<V1.RegisterBatchResponse> RegisterBatch(
        V1.RegisterBatchRequest request,
        ServerCallContext context
    )
    {
        var caller = context.GetHttpContext().Caller();
        if (request.Items.Count is 0 or > Registrar.MaxBatch)
        {
            throw GrpcErrors.ToException(
                Error.Of(
                    ErrorCode.InvalidValue,
                    $"A batch has 1 to {Registrar.MaxBatch} items.",
                    $"一批包含 1 至 {Registrar.MaxBatch} 项。",
                    "items"
                ),
                context
            );
        }
        if (request.Items.Sum(static item => item.Links.Count + item.Events.Count) > ItemRegistrar.MaxOfCall)
        {
            throw GrpcErrors.ToException(RegistrationEventErrors.TooMany(ItemRegistrar.MaxOfCall), context);
        }
        var results = await items.RegisterAsync(
            [.. request.Items.Select(MessageReader.Item)],
            caller,
            context.CancellationToken
        );
        var response = new V1.RegisterBatchResponse();
        var http = context.GetHttpContext();
        for (var i = 0; i < results.Length; i++)
        {
            response.Items.Add(RegisterStreams.ToMessage(i, results[i], http));
        }
        return response;
    }

    public Task<V1.RegisterManyResponse> RegisterManyAsync(
        IAsyncStreamReader<StreamedItem<ItemRegistration>> stream,
        ServerCallContext context
    ) => streams.RegisterManyAsync(stream, context);

    public Task RegisterStreamAsync(
        IAsyncStreamReader<StreamedItem<ItemRegistration>> stream,
        IServerStreamWriter<V1.RegisterResult> answers,
        ServerCallContext context
    ) => streams.RegisterStreamAsync(stream, answers, context);

    [RoleNeeded(Role.Registrar)]
    public override async Task<V1.Record> Update(V1.UpdateRequest request, ServerCallContext context)
    {
        var caller = context.GetHttpContext().Caller();
        var identifier = Target(request.HasIdentifier, request.Identifier).OrThrow(context);
        var patch = MessageReader.Patch(request).OrThrow(context);
        var updated = await editor.UpdateAsync(
            identifier,
            patch,
            request.HasExpectedVersion ? request.ExpectedVersion : null,
            caller,
            context.CancellationToken
        );
        var told = await items.TellAsync(updated.OrThrow(context), caller, context.CancellationToken);
        return Shown(told, caller, context);
    }

    [RoleNeeded(Role.Registrar)]
    public override async Task<V1.RevokeResponse> Revoke(V1.RevokeRequest request, ServerCallContext context)
    {
        var caller = context.GetHttpContext().Caller();
        var identifier = Target(request.HasIdentifier, request.Identifier).OrThrow(context);
        var revoked = await editor.RevokeAsync(
            identifier,
            request.HasExpectedVersion ? request.ExpectedVersion : null,
            caller,
            context.CancellationToken
        );
        return new V1.RevokeResponse { Version = revoked.OrThrow(context).Record.Version };
    }

    [RoleNeeded(Role.Registrar)]
    public override async Task<V1.Record> AddKey(V1.AddKeyRequest request, ServerCallContext context)
    {
        var caller = context.GetHttpContext().Caller();
        var added = await keys.AddAsync(
            Target(request.HasIdentifier, request.Identifier).OrThrow(context),
            SourceOf(request.Key),
            KeyOf(request.Key),
            caller,
            context.CancellationToken
        );
        return Shown(new RegisteredItem(added.OrThrow(context)), caller, context);
    }

    [RoleNeeded(Role.Registrar)]
    public override async Task<V1.Record> RemoveKey(V1.RemoveKeyRequest request, ServerCallContext context)
    {
        var caller = context.GetHttpContext().Caller();
        var removed = await keys.RemoveAsync(
            Target(request.HasIdentifier, request.Identifier).OrThrow(context),
            SourceOf(request.Key),
            KeyOf(request.Key),
            caller,
            context.CancellationToken
        );
        return Shown(new RegisteredItem(removed.OrThrow(context)), caller, context);
    }

    [RoleNeeded(Role.Partner)]
    public override Task<V1.ListTemplatesResponse> ListTemplates(
        V1.ListTemplatesRequest request,
        ServerCallContext context
    ) => Task.FromResult(templates.List(context));

    [RoleNeeded(Role.Partner)]
    public override Task<V1.Template> GetTemplate(V1.GetTemplateRequest request, ServerCallContext context) =>
        Task.FromResult(templates.Get(request, context));

    [RoleNeeded(Role.Admin)]
    public override Task<V1.Template> SaveTemplate(V1.SaveTemplateRequest request, ServerCallContext context) =>
        templates.SaveAsync(request, context);

    [RoleNeeded(Role.Admin)]
    public override Task<V1.Template> PublishTemplate(V1.PublishTemplateRequest request, ServerCallContext context) =>
        templates.PublishAsync(request, context);

    [RoleNeeded(Role.Admin)]
    public override Task<V1.Template> WithdrawTemplate(V1.WithdrawTemplateRequest request, ServerCallContext context) =>
        templates.WithdrawAsync(request, context);

    [RoleNeeded(Role.Admin)]
    public override Task<V1.Template> CopyTemplate(V1.CopyTemplateRequest request, ServerCallContext context) =>
        templates.CopyAsync(request, context);

    private static string? SourceOf(V1.BusinessKey? key) => key is { HasSource: true } ? key.Source : null;

    private static string? KeyOf(V1.BusinessKey? key) => key is { HasSourceKey: true } ? key.SourceKey : null;

    private static Result<Identifier> Target(bool given, string identifier) =>
        given ? Identifier.Parse(identifier) : MessageReader.Missing("identifier");

    private V1.Record Shown(RegisteredItem item, Caller caller, ServerCallContext context)
    {
        var record = RecordReader.Read(item.Registered.Record, catalog.Current, caller.Projection);
        var message = RecordMessages.ToMessage(record);
        message.Differs.AddRange(item.Registered.Differs);
        message.Recorded = EventMessages.ToMessage(item, GrpcErrors.LanguageOf(context));
        message.Holds.AddRange(item.Holds.Select(EventMessages.ToMessage));
        message.Findings.AddRange(EventMessages.FindingsOf(item.Registered, GrpcErrors.LanguageOf(context)));
        return message;
    }
}
