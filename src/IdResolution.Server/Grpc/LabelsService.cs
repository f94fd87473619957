using System.Text;
using Google.Protobuf;
using Grpc.Core;
using IdResolution.Core.Identifiers;
using IdResolution.Server.Http;
using IdResolution.Server.Labels;

namespace IdResolution.Server.Grpc;

/// <summary><c>idresolution.v1.Labels</c>: QR codes, ZPL labels and sheets of labels.</summary>
[BindServiceMethod(typeof(LabelsService), nameof(Bind))]
internal sealed class LabelsService(LabelMaker labels) : V1.Labels.LabelsBase
{
    public static void Bind(ServiceBinderBase binder, V1.Labels.LabelsBase? service) =>
        V1.Labels.BindService(new CheckedBinder(binder), service);

    public override async Task<V1.Artwork> RenderQr(V1.RenderQrRequest request, ServerCallContext context)
    {
        var label = await LabelAsync(request.HasIdentifier, request.Identifier, context);
        var content = request.Content == V1.QrContent.Identifier ? label.Identifier : label.Url;
        var options = QrOptions
            .Parse(
                content,
                Text(request.HasSize, request.Size),
                request.HasEcc ? request.Ecc : null,
                Text(request.HasQuietZone, request.QuietZone)
            )
            .OrThrow(context);
        return request.Format == V1.QrFormat.Png
            ? new V1.Artwork { MediaType = "image/png", Data = UnsafeByteOperations.UnsafeWrap(QrCode.Png(options)) }
            : Artwork("image/svg+xml", QrCode.Svg(options));
    }

    public override async Task<V1.Artwork> RenderZpl(V1.RenderZplRequest request, ServerCallContext context)
    {
        var label = await LabelAsync(request.HasIdentifier, request.Identifier, context);
        var options = ZplOptions
            .Parse(
                Text(request.HasDpi, request.Dpi),
                Text(request.HasWidth, request.Width),
                Text(request.HasHeight, request.Height),
                request.HasBarcode ? request.Barcode : null,
                request.Rfid ? "true" : null,
                Text(request.HasCopies, request.Copies)
            )
            .OrThrow(context);
        return Artwork("application/zpl", ZplLabel.Render(label, options).OrThrow(context));
    }

    public override async Task<V1.Artwork> RenderSheet(V1.RenderSheetRequest request, ServerCallContext context)
    {
        var options = SheetOptions
            .Parse(Text(request.HasColumns, request.Columns), Text(request.HasQr, request.Qr))
            .OrThrow(context);
        var language = GrpcErrors.LanguageOf(context);
        var contents = await labels.MakeAsync(
            request.Identifiers,
            "identifiers",
            context.GetHttpContext().Caller(),
            language,
            context.CancellationToken
        );
        return Artwork("text/html", LabelSheet.Html(contents.OrThrow(context), options, language));
    }

    private async ValueTask<LabelContent> LabelAsync(bool given, string identifier, ServerCallContext context)
    {
        var parsed = (given ? Identifier.Parse(identifier) : MessageReader.Missing("identifier")).OrThrow(context);
        return (
            await labels.MakeAsync(
                parsed,
                context.GetHttpContext().Caller(),
                GrpcErrors.LanguageOf(context),
                context.CancellationToken
            )
        ).OrThrow(context);
    }

    private static string? Text(bool given, int value) => given ? value.ToString() : null;

    private static V1.Artwork Artwork(string mediaType, string text) =>
        new() { MediaType = mediaType, Data = UnsafeByteOperations.UnsafeWrap(Encoding.UTF8.GetBytes(text)) };
}
