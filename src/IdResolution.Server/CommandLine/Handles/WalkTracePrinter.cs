using System.Globalization;
using System.Text.Json;
using IdResolution.Core.Primitives;
using IdResolution.HandleProtocol.Client;
using IdResolution.HandleProtocol.Messages;
using IdResolution.Server.CommandLine.Shared;

namespace IdResolution.Server.CommandLine.Handles;

/// <summary>Prints the steps of a walk as they are made, numbered from 1, and keeps them.</summary>
/// <param name="terminal">Where to print; null to keep the steps only.</param>
internal sealed class WalkTracePrinter(Terminal? terminal) : IWalkObserver
{
    private readonly List<WalkStep> _steps = [];

    public IReadOnlyList<WalkStep> Steps => _steps;

    /// <inheritdoc/>
    public void Step(WalkStep step)
    {
        _steps.Add(step);
        var (asked, back) = (Asked(step), CameBack(step));
        var what = $"{_steps.Count}. {new string(' ', 2 * step.Depth)}{TerminalText.OneLine(step.Handle)}";
        terminal?.Say($"{what}: {asked.En}: {back.En}", $"{what}：{asked.Zh}：{back.Zh}");
    }

    /// <summary>Writes the steps as the member <c>steps</c>.</summary>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartArray("steps");
        foreach (var step in _steps)
        {
            Write(json, step);
        }
        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, WalkStep step)
    {
        json.WriteStartObject();
        json.WriteString("kind", JsonNamingPolicy.CamelCase.ConvertName(step.Kind.ToString()));
        json.WriteNumber("depth", step.Depth);
        json.WriteString("handle", step.Handle);
        if (step.Server is { } server)
        {
            json.WriteString("server", server.ToString());
        }
        json.WriteStartArray("attempts");
        foreach (var attempt in step.Attempts)
        {
            Write(json, attempt);
        }
        json.WriteEndArray();
        json.WriteNumber("responseCode", (int)step.Code);
        if (step.Message.Length > 0)
        {
            json.WriteString("message", step.Message);
        }
        json.WriteNumber("values", step.Values.Count);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, TransportAttempt attempt)
    {
        json.WriteStartObject();
        json.WriteString("transport", attempt.Transport.ToString().ToUpperInvariant());
        json.WriteNumber("milliseconds", Math.Round(attempt.Elapsed.TotalMilliseconds, 3));
        if (attempt.Failure != TransportFailure.None)
        {
            json.WriteString("failure", JsonNamingPolicy.CamelCase.ConvertName(attempt.Failure.ToString()));
        }
        json.WriteEndObject();
    }

    private static Text Asked(WalkStep step)
    {
        var attempts = Text.Join(", ", "，", step.Attempts.Select(Attempt));
        return step.Kind switch
        {
            WalkStepKind.FromCache => new("known", "已知"),
            WalkStepKind.AddressRefused => new($"{step.Server} not asked", $"未查询 {step.Server}"),
            _ => new($"{step.Server} over {attempts.En}", $"{step.Server}，{attempts.Zh}"),
        };
    }

    private static Text Attempt(TransportAttempt attempt)
    {
        var time = attempt.Elapsed.TotalMilliseconds.ToString("0.0", CultureInfo.InvariantCulture);
        var transport = $"{attempt.Transport.ToString().ToUpperInvariant()} {time} ms";
        if (attempt.Failure == TransportFailure.None)
        {
            return Text.Foreign(transport);
        }
        var why = Failure(attempt.Failure);
        return new($"{transport} ({why.En})", $"{transport}（{why.Zh}）");
    }

    private static Text Failure(TransportFailure failure) =>
        failure switch
        {
            TransportFailure.TimedOut => new("no answer", "无应答"),
            TransportFailure.Unreachable => new("unreachable", "无法连接"),
            TransportFailure.Closed => new("closed", "连接被关闭"),
            TransportFailure.TooLong => new("too long", "应答过长"),
            _ => new("not readable", "无法解读"),
        };

    private static Text CameBack(WalkStep step)
    {
        var code = HandleResolveOutput.CodeText(step.Code, step.Message);
        if (step.Values.Count == 0)
        {
            return code;
        }
        var types = string.Join(
            ", ",
            step.Values.Select(value => TerminalText.OneLine(value.Type)).Distinct(StringComparer.Ordinal).Take(8)
        );
        var values = new Text(
            $"{step.Values.Count} {(step.Values.Count == 1 ? "value" : "values")} ({types})",
            $"{step.Values.Count} 个值（{types}）"
        );
        return step.Code == ResponseCode.Success ? values : new($"{code.En}, {values.En}", $"{code.Zh}，{values.Zh}");
    }
}
