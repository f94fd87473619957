using System.Text;
using Google.Protobuf;
using Grpc.Core;
using IdResolution.Core.Access;
using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Traceability;
using IdResolution.Server.Http;
using IdResolution.Server.Labels;

namespace IdResolution.Server.Grpc;

/// <summary><c>idresolution.v1.Labels</c>: QR codes, ZPL labels and sheets of labels.</summary>
[BindServiceMethod(typeof(LabelsService), nameof(Bind))]
internal sealed class LabelsService(
    LabelMaker labels,
    HeldMarks holds,
    OrderLabels orders,
    ThingFinder finder,
    HeldAnswers held
) : V1.Labels.LabelsBase
{
    /// <summary>The greatest sheet in one message, in bytes.</summary>
    public const int MaxSheetBytes = 8 << 20;

    public static void Bind(ServiceBinderBase binder, V1.Labels.LabelsBase? service) =>
        V1.Labels.BindService(new CheckedBinder(binder), service);

    public override async Task<V1.Artwork> RenderQr(V1.RenderQrRequest request, ServerCallContext context)
    {
        var isPng = request.Format == V1.QrFormat.Png;
        var size = request.HasSize && request.Size is > 0 and <= QrOptions.MaxSize ? request.Size : 0;
        var label = await LabelAsync(
            request.HasIdentifier,
            request.Identifier,
            isPng ? DrawingRates.CostOf(size) : 1,
            request.Held,
            context
        );
        var content = request.Content == V1.QrContent.Identifier ? label.Identifier : label.Url;
        var options = QrOptions
            .Parse(
                content,
                Text(request.HasSize, request.Size),
                request.HasEcc ? request.Ecc : null,
                Text(request.HasQuietZone, request.QuietZone)
            )
            .OrThrow(context);
        return isPng
            ? Artwork("image/png", QrCode.Png(options), label.Held is not null)
            : Artwork("image/svg+xml", Encoding.UTF8.GetBytes(QrCode.Svg(options)), label.Held is not null);
    }

    public override async Task<V1.Artwork> RenderZpl(V1.RenderZplRequest request, ServerCallContext context)
    {
        var label = await LabelAsync(request.HasIdentifier, request.Identifier, cost: 1, request.Held, context);
        var options = Options(request).OrThrow(context);
        var zpl = Encoding.UTF8.GetBytes(ZplLabel.Render(label, options).OrThrow(context));
        return Artwork("application/zpl", zpl, label.Held is not null);
    }

    public override async Task<V1.Artwork> RenderSheet(V1.RenderSheetRequest request, ServerCallContext context)
    {
        var options = Options(request).OrThrow(context);
        var language = GrpcErrors.LanguageOf(context);
        var caller = Origin(context);
        var made = await labels.MakeAsync(
            request.Identifiers,
            "identifiers",
            caller,
            language,
            context.CancellationToken
        );
        var marked = await holds.MarkAsync(
            made.OrThrow(context),
            request.Held == V1.HeldLabels.Refuse,
            "identifiers",
            caller,
            context.CancellationToken
        );
        var contents = marked.OrWhy().OrThrow(context);
        return Artwork("text/html", Html(contents, options, context), contents.IsHeld);
    }

    [RoleNeeded(Role.Reader)]
    public override Task RenderOrder(
        V1.RenderOrderRequest request,
        IServerStreamWriter<V1.Artwork> responseStream,
        ServerCallContext context
    )
    {
        var zpl = request.Zpl ?? new V1.RenderZplRequest();
        var named = zpl.HasIdentifier || request.Sheet?.Identifiers.Count > 0;
        if (named || (request.Zpl is not null && request.Sheet is not null))
        {
            throw GrpcErrors.ToException(
                Error.Of(
                    ErrorCode.InvalidValue,
                    "sheet is set in place of zpl, and the order alone names items.",
                    "sheet 与 zpl 只能设置其一，且标识仅由订单给出。",
                    "sheet"
                ),
                context
            );
        }
        return request.Sheet is { } sheet
            ? RenderOrderAsync(request, Options(sheet), sheet.Held, responseStream, context)
            : RenderOrderAsync(request, Options(zpl), zpl.Held, responseStream, context);
    }

    private async Task RenderOrderAsync<T>(
        V1.RenderOrderRequest request,
        Result<T> asked,
        V1.HeldLabels wanted,
        IServerStreamWriter<V1.Artwork> answers,
        ServerCallContext context
    )
        where T : LabelForm
    {
        var form = asked.OrThrow(context);
        var text = request.HasIdentifier ? request.Identifier : null;
        var order = await ItemMessages.FindAsync(finder, text, request.By, "identifier", context);
        var begun = await orders.BeginAsync(
            order,
            form,
            wanted == V1.HeldLabels.Refuse,
            Origin(context),
            GrpcErrors.LanguageOf(context),
            context.CancellationToken
        );
        var stream = begun.Called(static name => name == "order" ? "identifier" : name).OrThrow(context);
        if (held.Hold(context.GetHttpContext(), stream.Bytes) is { } tooMany)
        {
            throw GrpcErrors.ToException(tooMany, context);
        }
        await foreach (var piece in stream.Pieces)
        {
            var bytes = Encoding.UTF8.GetBytes(piece);
            await answers.WriteAsync(Artwork(form.MediaType, bytes, isHeld: false), context.CancellationToken);
        }
    }

    private static Result<SheetOptions> Options(V1.RenderSheetRequest request) =>
        SheetOptions.Parse(Text(request.HasColumns, request.Columns), Text(request.HasQr, request.Qr));

    private static Result<ZplOptions> Options(V1.RenderZplRequest request) =>
        ZplOptions.Parse(
            Text(request.HasDpi, request.Dpi),
            Text(request.HasWidth, request.Width),
            Text(request.HasHeight, request.Height),
            request.HasBarcode ? request.Barcode : null,
            request.Rfid ? "true" : null,
            Text(request.HasCopies, request.Copies)
        );

    private static ReadOnlyMemory<byte> Html(LabelBatch contents, SheetOptions options, ServerCallContext context)
    {
        using var html = new MemoryStream();
        foreach (var piece in LabelSheet.Pieces(contents, options, GrpcErrors.LanguageOf(context)))
        {
            html.Write(Encoding.UTF8.GetBytes(piece));
            if (html.Length > MaxSheetBytes)
            {
                throw GrpcErrors.ToException(
                    Error.Of(
                        ErrorCode.TooLarge,
                        $"The sheet has more than {MaxSheetBytes} bytes; ask for fewer labels.",
                        $"标签打印页超过 {MaxSheetBytes} 字节，请减少标签数量。",
                        "identifiers"
                    ),
                    context
                );
            }
            context.CancellationToken.ThrowIfCancellationRequested();
        }
        return html.GetBuffer().AsMemory(0, (int)html.Length);
    }

    /// <summary>The caller and its network, which without a key has a share of what is drawn.</summary>
    private static Caller Origin(ServerCallContext context)
    {
        var http = context.GetHttpContext();
        return CallOrigin.Of(http, http.Caller());
    }

    private async ValueTask<LabelContent> LabelAsync(
        bool given,
        string identifier,
        int cost,
        V1.HeldLabels held,
        ServerCallContext context
    )
    {
        var parsed = (given ? Identifier.Parse(identifier) : MessageReader.Missing("identifier")).OrThrow(context);
        var caller = Origin(context);
        var made = await labels.MakeAsync(
            parsed,
            cost,
            caller,
            GrpcErrors.LanguageOf(context),
            context.CancellationToken
        );
        return (
            await holds.MarkAsync(
                made.OrThrow(context),
                held == V1.HeldLabels.Refuse,
                "identifier",
                caller,
                context.CancellationToken
            )
        ).OrThrow(context);
    }

    private static string? Text(bool given, int value) => given ? value.ToString() : null;

    private static V1.Artwork Artwork(string mediaType, ReadOnlyMemory<byte> data, bool isHeld)
    {
        var artwork = new V1.Artwork { MediaType = mediaType, Data = UnsafeByteOperations.UnsafeWrap(data) };
        if (isHeld)
        {
            artwork.Held = true;
        }
        return artwork;
    }
}
