using Grpc.Core;
using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Resolution;
using IdResolution.Core.Traceability;
using IdResolution.Server.Http;
using IdResolution.Server.Labels;

namespace IdResolution.Server.Grpc;

/// <summary>Says whether what a scanner read may be used as somebody wants. Thread-safe.</summary>
internal sealed class ScanChecks(Scanner scanner, ThingFinder finder, IntentJudge judge, OrderLabels labels)
{
    public async Task<V1.ScanIntentResponse> CheckAsync(V1.ScanIntentRequest request, ServerCallContext context)
    {
        ResolverService.CheckScan(request.Text, context);
        var caller = context.GetHttpContext().Caller();
        var intent = request.Intent ?? throw GrpcErrors.ToException(MessageReader.Missing("intent"), context);
        var wanted = EventReader.Intent(intent);
        if (request.Labels && intent is not { Order: not null, Record: not null })
        {
            throw GrpcErrors.ToException(Faults.Join(ScanLabels.Needs, IntentJudge.Fault(wanted))!, context);
        }
        var item = await FindAsync(request, context);
        var judged = await judge.JudgeAsync(item, wanted, caller, context.CancellationToken);
        var answer = judged.OrThrow(context);
        var message = new V1.ScanIntentResponse { Identifier = answer.Identifier, Allowed = answer.IsAllowed };
        var language = GrpcErrors.LanguageOf(context);
        foreach (var reason in answer.Reasons)
        {
            message.Reasons.Add(new V1.IntentReason { Code = reason.Code, Message = reason.Message.In(language) });
        }
        if (answer.Recorded is { } recorded)
        {
            HeldAnswers.NoteChange(context.GetHttpContext());
            message.Recorded = EventMessages.ToMessage(recorded, language);
        }
        message.Order = answer.Order is { } order ? WarehouseService.ToMessage(order) : null;
        if (request.Labels && await labels.OfScanAsync(answer, caller, language, context.CancellationToken) is { } made)
        {
            message.Labels = ToMessage(made, context);
        }
        return message;
    }

    private static V1.ScanLabels ToMessage(ScanLabels labels, ServerCallContext context)
    {
        var message = new V1.ScanLabels { Items = labels.Items };
        EventMessages.Set(labels.Zpl, zpl => message.Zpl = zpl);
        message.Error = labels.Error is { } error ? GrpcErrors.ToStatus(error, context.GetHttpContext()) : null;
        return message;
    }

    private async ValueTask<Identifier> FindAsync(V1.ScanIntentRequest request, ServerCallContext context)
    {
        if (request.By is null)
        {
            var caller = context.GetHttpContext().Caller();
            return (await scanner.FindAsync(request.Text, caller, context.CancellationToken)).OrThrow(context);
        }
        var text = request.HasText ? request.Text : null;
        var name = await ItemMessages.FindAsync(finder, text, request.By, "text", context);
        return name.Identifier ?? throw GrpcErrors.ToException(MessageReader.Missing("by.key"), context);
    }
}
