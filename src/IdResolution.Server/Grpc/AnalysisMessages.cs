using IdResolution.Core.Analysis;
using IdResolution.Core.Errors;
using IdResolution.Core.Events;
using IdResolution.Core.Traceability;

namespace IdResolution.Server.Grpc;

/// <summary>Reads questions about many items from messages, and turns the answers into messages.</summary>
internal static class AnalysisMessages
{
    public static Result<CommonQuery> Read(V1.FindCommonRequest request)
    {
        var faults = new Faults();
        for (var i = 0; i < request.Kind.Count; i++)
        {
            if (request.Kind[i] == V1.CauseKind.Unspecified || !Enum.IsDefined(request.Kind[i]))
            {
                faults.Add($"kind[{i}]", "must be a kind of cause", "应为 CauseKind 之一");
            }
        }
        var query = new CommonQuery
        {
            Bad = Choice(request.Bad, "bad", faults),
            Good = Choice(request.Good, "good", faults),
            At = TraceStream.Time(request.At, "at", faults),
            Number = request.HasNumber ? request.Number : null,
            Kinds = [.. request.Kind.Select(static kind => (CauseKind)(kind - 1))],
            Budget = request.HasBudget ? request.Budget : CommonQuery.DefaultBudget,
            MostP = request.HasP ? request.P : CommonQuery.DefaultMostP,
            Limit = request.HasLimit ? request.Limit : CommonQuery.DefaultLimit,
        };
        return faults.TryCombine(out var error) ? error : query;
    }

    public static V1.FindCommonResponse ToMessage(CommonReport report, EventIds ids)
    {
        var message = new V1.FindCommonResponse
        {
            Bad = report.Bad,
            Good = report.Good,
            Number = report.Number,
            Complete = report.IsComplete,
            Generations = report.Generations,
            Found = report.Found,
            Tried = report.Tried,
        };
        message.Findings.AddRange(report.Findings.Select(finding => ToMessage(finding, ids)));
        return message;
    }

    public static Result<RollupQuery> Read(V1.RollUpRequest request, ItemName root)
    {
        var faults = new Faults();
        if (request.Function == V1.RollUpFunction.Unspecified || !Enum.IsDefined(request.Function))
        {
            faults.Add("function", "must be sum, mean, min, max or spread", "应为 sum、mean、min、max 或 spread");
        }
        if (!Enum.IsDefined(request.Direction))
        {
            faults.Add("direction", "must be backward or forward", "应为 backward 或 forward");
        }
        var query = new RollupQuery
        {
            Root = new ItemAsked(root.Text),
            Direction =
                request.Direction == V1.TraceDirection.Unspecified
                    ? TraceDirection.Backward
                    : (TraceDirection)(request.Direction - 1),
            Attribute = request.HasAttribute ? request.Attribute : null,
            Measurement = request.HasMeasurement ? request.Measurement : null,
            Function = (RollupFunction)(request.Function - 1),
            Weight = request.HasWeight ? request.Weight : null,
            Templates = request.Template,
            At = TraceStream.Time(request.At, "at", faults),
            Number = request.HasNumber ? request.Number : null,
            Budget = request.HasBudget ? request.Budget : TraceGraph.MaxNodes,
        };
        return faults.TryCombine(out var error) ? error : query;
    }

    public static V1.RollUpResponse ToMessage(RollupReport report)
    {
        var message = new V1.RollUpResponse
        {
            Root = report.Root.Spelling,
            Number = report.Number,
            Found = report.Found,
            MissingCount = report.MissingCount,
        };
        message.Missing.AddRange(report.Missing.Select(static item => item.Spelling));
        message.Unmeasured.AddRange(
            report.Unmeasured.Select(static one => new V1.RollUpUnmeasured
            {
                Template = one.Template,
                Count = one.Count,
            })
        );
        foreach (var group in report.Groups)
        {
            var one = new V1.RollUpGroup
            {
                Value = EventMessages.Number(group.Value),
                Items = group.Items,
                Lowest = group.Lowest.Spelling,
                Highest = group.Highest.Spelling,
            };
            EventMessages.Set(group.Unit, unit => one.Unit = unit);
            EventMessages.Set(group.WeightUnit, unit => one.WeightUnit = unit);
            message.Groups.Add(one);
        }
        return message;
    }

    private static ItemChoice? Choice(V1.ItemChoice? choice, string field, Faults faults) =>
        choice is null
            ? null
            : new ItemChoice
            {
                Identifiers = choice.Identifier.Count > 0 ? choice.Identifier : null,
                Template = choice.HasTemplate ? choice.Template : null,
                Attributes = MessageReader.Attributes(choice.Attributes),
                From = TraceStream.Time(choice.From, field + ".from", faults),
                To = TraceStream.Time(choice.To, field + ".to", faults),
            };

    private static V1.CommonFinding ToMessage(CommonFinding finding, EventIds ids)
    {
        var message = new V1.CommonFinding
        {
            Cause = ToMessage(finding.Cause),
            Bad = finding.Bad,
            Good = finding.Good,
            Lift = finding.Lift,
            P = finding.P,
            SameCount = finding.SameCount,
        };
        message.Same.AddRange(finding.Same.Select(ToMessage));
        message.Items.AddRange(finding.Items.Select(static item => item.Spelling));
        message.Path.AddRange(finding.Path.Select(static item => item.Spelling));
        message.Events.AddRange(finding.Events.Select(number => ids.Of(number).ToString()));
        return message;
    }

    private static V1.Cause ToMessage(Cause cause)
    {
        var message = new V1.Cause { Kind = (V1.CauseKind)(cause.Kind + 1) };
        EventMessages.Set(cause.Item?.Spelling, text => message.Identifier = text);
        EventMessages.Set(cause.Item?.Template, text => message.Template = text);
        EventMessages.Set(cause.Characteristic, text => message.Characteristic = text);
        EventMessages.Set(cause.Unit, text => message.Unit = text);
        EventMessages.Set(cause.Step, text => message.Step = text);
        if (cause.Item is { Key.IsText: true })
        {
            message.Text = true;
        }
        if (cause is { From: { } from, To: { } to })
        {
            (message.From, message.To) = (EventMessages.Time(from), EventMessages.Time(to));
        }
        if (cause.Low is { } low)
        {
            message.Low = low;
        }
        if (cause.High is { } high)
        {
            message.High = high;
        }
        return message;
    }
}
