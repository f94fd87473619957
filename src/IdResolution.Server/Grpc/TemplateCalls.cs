using Grpc.Core;
using IdResolution.Core.Administration;
using IdResolution.Core.Catalog;
using IdResolution.Core.Errors;
using IdResolution.Server.Http;

namespace IdResolution.Server.Grpc;

/// <summary>The methods of <c>idresolution.v1.Registry</c> about templates. Thread-safe.</summary>
internal sealed class TemplateCalls(TemplateEditor templates, CatalogReader shown)
{
    /// <summary>The greatest list of templates in one message, in bytes.</summary>
    public const int MostBytes = 32 << 20;

    public V1.ListTemplatesResponse List(ServerCallContext context)
    {
        var response = new V1.ListTemplatesResponse();
        long bytes = 0;
        foreach (var template in shown.Templates(context.GetHttpContext().Caller()).OrThrow(context).Items)
        {
            var message = TemplateMessages.ToMessage(template);
            bytes += message.CalculateSize();
            if (bytes > MostBytes)
            {
                throw GrpcErrors.ToException(
                    Error.Of(
                        ErrorCode.TooLarge,
                        $"The templates have more than {MostBytes} bytes: read them over REST, or one by one.",
                        $"模板总计超过 {MostBytes} 字节：请通过 REST 读取，或逐个读取。"
                    ),
                    context
                );
            }
            response.Items.Add(message);
        }
        return response;
    }

    public V1.Template Get(V1.GetTemplateRequest request, ServerCallContext context) =>
        TemplateMessages.ToMessage(
            shown.Template(request.Code, request.Version, context.GetHttpContext().Caller()).OrThrow(context)
        );

    public async Task<V1.Template> SaveAsync(V1.SaveTemplateRequest request, ServerCallContext context)
    {
        var caller = context.GetHttpContext().Caller();
        var template = request.Template ?? throw GrpcErrors.ToException(MessageReader.Missing("template"), context);
        var saved = await templates.SaveDraftAsync(
            TemplateMessages.FromMessage(template),
            caller,
            context.CancellationToken
        );
        return TemplateMessages.ToMessage(saved.OrThrow(context).Template);
    }

    public async Task<V1.Template> PublishAsync(V1.PublishTemplateRequest request, ServerCallContext context)
    {
        var caller = context.GetHttpContext().Caller();
        var published = await templates.PublishAsync(request.Code, caller, context.CancellationToken);
        return TemplateMessages.ToMessage(published.OrThrow(context));
    }

    public async Task<V1.Template> WithdrawAsync(V1.WithdrawTemplateRequest request, ServerCallContext context)
    {
        var caller = context.GetHttpContext().Caller();
        var withdrawn = await templates.WithdrawAsync(request.Code, caller, context.CancellationToken);
        return TemplateMessages.ToMessage(withdrawn.OrThrow(context));
    }

    public async Task<V1.Template> CopyAsync(V1.CopyTemplateRequest request, ServerCallContext context)
    {
        var copied = await templates.CopyAsync(
            request.Code,
            request.NewCode,
            TemplateMessages.FromMessage(request.Names),
            request.HasCategory ? request.Category : null,
            context.GetHttpContext().Caller(),
            context.CancellationToken
        );
        return TemplateMessages.ToMessage(copied.OrThrow(context));
    }
}
