using Grpc.Core;
using IdResolution.Core.Access;
using IdResolution.Core.Errors;
using IdResolution.Core.Traceability;
using IdResolution.Server.Http;

namespace IdResolution.Server.Grpc;

/// <summary><c>idresolution.v1.Equipment</c>: equipment and tools over their life.</summary>
[BindServiceMethod(typeof(EquipmentService), nameof(Bind))]
internal sealed class EquipmentService(
    LifeReader lives,
    CalibrationReader calibrations,
    MadeReader made,
    ThingFinder finder
) : V1.Equipment.EquipmentBase
{
    public static void Bind(ServiceBinderBase binder, V1.Equipment.EquipmentBase? service) =>
        V1.Equipment.BindService(new CheckedBinder(binder), service);

    [RoleNeeded(Role.Reader)]
    public override async Task<V1.Life> GetLife(V1.GetLifeRequest request, ServerCallContext context)
    {
        var (caller, stop) = (context.GetHttpContext().Caller(), context.CancellationToken);
        var faults = new Faults();
        var at = TraceStream.Time(request.At, "at", faults);
        GrpcErrors.ThrowIfAny(faults, context);
        var text = request.HasIdentifier ? request.Identifier : null;
        var name = await ItemMessages.FindAsync(finder, text, request.By, "identifier", context);
        var limit = request.HasLimit ? request.Limit : LifeReader.UsualEvents;
        return LifeMessages.ToMessage((await lives.ReadAsync(name, at, limit, caller, stop)).OrThrow(context));
    }

    [RoleNeeded(Role.Reader)]
    public override async Task<V1.ListCalibrationResponse> ListCalibration(
        V1.ListCalibrationRequest request,
        ServerCallContext context
    )
    {
        var filter = new CalibrationFilter
        {
            Item = await NameAsync(request.HasItem ? request.Item : null, request.By, "item", context),
            Event = request.HasEvent ? request.Event : null,
            After = request.HasAfter ? request.After : null,
            Limit = request.HasLimit ? request.Limit : CalibrationReader.UsualPage,
        };
        var read = await calibrations.ReadAsync(filter, context.GetHttpContext().Caller(), context.CancellationToken);
        var page = read.OrThrow(context);
        var response = new V1.ListCalibrationResponse { Number = page.Number };
        response.Items.AddRange(page.Lines.Select(LifeMessages.ToMessage));
        EventMessages.Set(page.Next, next => response.Next = next);
        return response;
    }

    [RoleNeeded(Role.Reader)]
    public override async Task<V1.ListMadeResponse> ListMade(V1.ListMadeRequest request, ServerCallContext context)
    {
        var faults = new Faults();
        var filter = new MadeFilter
        {
            Equipment = await NameAsync(
                request.HasEquipment ? request.Equipment : null,
                request.By,
                "equipment",
                context
            ),
            From = TraceStream.Time(request.From, "from", faults),
            To = TraceStream.Time(request.To, "to", faults),
            Template = request.HasTemplate ? request.Template : null,
            After = request.HasAfter ? request.After : null,
            Limit = request.HasLimit ? request.Limit : MadeReader.UsualPage,
        };
        GrpcErrors.ThrowIfAny(faults, context);
        var listed = await made.ListAsync(filter, context.GetHttpContext().Caller(), context.CancellationToken);
        var page = listed.OrThrow(context);
        var response = new V1.ListMadeResponse { Number = page.Number };
        response.Items.AddRange(page.Lines.Select(LifeMessages.ToMessage));
        EventMessages.Set(page.Next, next => response.Next = next);
        return response;
    }

    /// <summary>What a field names, or what stands in its place; null where nothing is said.</summary>
    private async ValueTask<string?> NameAsync(
        string? text,
        V1.ItemLookup? by,
        string field,
        ServerCallContext context
    ) => by is null ? text : (await ItemMessages.FindAsync(finder, text, by, field, context)).Text;
}
