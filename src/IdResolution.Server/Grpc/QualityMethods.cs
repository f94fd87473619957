using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using IdResolution.Core.Errors;
using IdResolution.Core.Events;
using IdResolution.Core.Primitives;
using IdResolution.Core.Traceability;
using IdResolution.Server.Http;

namespace IdResolution.Server.Grpc;

/// <summary>The methods of <c>Traceability</c> that ask the quality archive.</summary>
internal sealed class QualityMethods(QualityReader quality, CompletenessReader completeness)
{
    public async Task<V1.QualityReport> CountAsync(V1.CountQualityRequest request, ServerCallContext context)
    {
        var faults = new Faults();
        var filter = new QualityFilter
        {
            // The messages number dimensions from 1. What is none of them has no name, and is refused as such.
            By = [.. request.By.Select(static d => ((QualityDimension)((int)d - 1)).ToString())],
            From = TraceStream.Time(request.From, "from", faults),
            To = TraceStream.Time(request.To, "to", faults),
            Template = request.HasTemplate ? request.Template : null,
            Step = request.HasStep ? request.Step : null,
            Equipment = request.HasEquipment ? request.Equipment : null,
            Characteristic = request.HasCharacteristic ? request.Characteristic : null,
            Defect = request.HasDefect ? request.Defect : null,
            Limit = request.HasLimit ? request.Limit : QualityReader.DefaultRows,
        };
        GrpcErrors.ThrowIfAny(faults, context);
        var read = await quality.ReadAsync(filter, context.GetHttpContext().Caller(), context.CancellationToken);
        return ToMessage(read.OrThrow(context));
    }

    public async Task<V1.CompletenessReport> CheckAsync(V1.CheckCompletenessRequest request, ServerCallContext context)
    {
        var faults = new Faults();
        var filter = new CompletenessFilter
        {
            Template = request.HasTemplate ? request.Template : null,
            From = TraceStream.Time(request.From, "from", faults),
            To = TraceStream.Time(request.To, "to", faults),
            Step = request.HasStep ? request.Step : null,
            After = request.HasAfter ? request.After : null,
            Limit = request.HasLimit ? request.Limit : CompletenessReader.UsualPage,
        };
        GrpcErrors.ThrowIfAny(faults, context);
        var caller = context.GetHttpContext().Caller();
        var read = await completeness.ReadAsync(filter, caller, context.CancellationToken);
        return ToMessage(read.OrThrow(context));
    }

    private static V1.StepCount ToMessage(StepCount step) =>
        new()
        {
            Step = step.Step,
            Items = step.Items,
            Passes = step.Passes,
            WithoutValues = step.WithoutValues,
        };

    private static V1.IncompleteItem ToMessage(IncompleteItem item)
    {
        var message = new V1.IncompleteItem { Identifier = item.Identifier };
        message.Lacks.AddRange(item.Lacks.Select(EventMessages.ToMessage));
        return message;
    }

    private static V1.CompletenessReport ToMessage(CompletenessReport report)
    {
        var message = new V1.CompletenessReport
        {
            Template = report.Template,
            From = Timestamp.FromDateTimeOffset(Micros.ToTime(report.From)),
            To = Timestamp.FromDateTimeOffset(Micros.ToTime(report.To)),
            Number = report.Number,
            Behind = report.Behind,
            Checked = report.Checked,
            AsksForParts = report.Incomplete is not null,
            AsksForCertificate = report.Uncertified is not null,
            StepItems = report.StepItems,
        };
        message.Incomplete.AddRange((report.Incomplete ?? []).Select(ToMessage));
        message.Uncertified.AddRange(report.Uncertified ?? []);
        message.Steps.AddRange(report.Steps.Select(ToMessage));
        message.WithoutStep.AddRange(report.WithoutStep ?? []);
        if (report.Next is { } next)
        {
            message.Next = next;
        }
        return message;
    }

    private static V1.QualityReport ToMessage(QualityReport report)
    {
        var message = new V1.QualityReport
        {
            From = Timestamp.FromDateTimeOffset(Micros.ToTime(report.From)),
            To = Timestamp.FromDateTimeOffset(Micros.ToTime(report.To)),
            Zone = report.Zone,
            Number = report.Number,
            Behind = report.Behind,
        };
        message.By.AddRange(report.By.Select(static d => (V1.QualityDimension)(d + 1)));
        message.Rows.AddRange(report.Lines.Select(line => ToMessage(report, line)));
        if (report.OtherLines > 0)
        {
            message.OtherRows = report.OtherLines;
            message.Others = ToMessage(report, new QualityLine([], report.Others));
        }
        return message;
    }

    private static V1.QualityRow ToMessage(QualityReport report, QualityLine line)
    {
        var counts = line.Counts;
        var row = new V1.QualityRow();
        row.Key.AddRange(line.Key);
        if (report.HasInspections)
        {
            row.Inspected = counts.Inspected;
            row.Passed = counts.Inspected - counts.Failed;
            row.Failed = counts.Failed;
            row.First = counts.Once;
            row.FirstPassed = counts.OncePassed;
            row.Rework = counts.Rework;
            if (counts.FirstPassYield is { } yield)
            {
                row.FirstPassYield = yield;
            }
        }
        if (report.HasMeasurements)
        {
            row.Measured = counts.Measured;
            row.OutOfLimits = counts.OutOfLimits;
        }
        row.Defects.AddRange(counts.Defects.Select(static d => new V1.QualityDefect { Code = d.Key, Count = d.Value }));
        row.Values.AddRange(counts.Values.Select(static v => ToMessage(v.Key.Characteristic, v.Key.Unit, v.Value)));
        return row;
    }

    private static V1.QualityValues ToMessage(string characteristic, string unit, MeasurementSums sums)
    {
        var values = new V1.QualityValues
        {
            Characteristic = characteristic,
            Count = sums.Values,
            OutOfLimits = sums.OutOfLimits,
        };
        if (unit.Length > 0)
        {
            values.Unit = unit;
        }
        Set(sums.Mean, v => values.Mean = v);
        Set(sums.Min, v => values.Min = v);
        Set(sums.Max, v => values.Max = v);
        Set(sums.Deviation, v => values.Deviation = v);
        Set(sums.LowLimit, v => values.Low = v);
        Set(sums.HighLimit, v => values.High = v);
        Set(sums.Cp, v => values.Cp = v);
        Set(sums.Cpk, v => values.Cpk = v);
        return values;
    }

    private static void Set(double? number, Action<double> set)
    {
        if (number is { } given)
        {
            set(given);
        }
    }
}
