using System.Globalization;
using System.Text.Json;
using IdResolution.HandleProtocol.Client;
using IdResolution.HandleProtocol.Messages;

namespace IdResolution.Server.CommandLine.Handles;

/// <summary>Prints the steps of a walk as they are made, numbered from 1, and keeps them.</summary>
/// <param name="output">Where to print; null to keep the steps only.</param>
internal sealed class WalkTracePrinter(TextWriter? output) : IWalkObserver
{
    private readonly List<WalkStep> _steps = [];

    public IReadOnlyList<WalkStep> Steps => _steps;

    /// <inheritdoc/>
    public void Step(WalkStep step)
    {
        _steps.Add(step);
        output?.WriteLine(
            $"{_steps.Count}. {new string(' ', 2 * step.Depth)}{ValueText.Clean(step.Handle)}: {Asked(step)}: "
                + $"{CameBack(step)}"
        );
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

    private static string Asked(WalkStep step) =>
        step.Kind switch
        {
            WalkStepKind.FromCache => "known",
            WalkStepKind.AddressRefused => $"{step.Server} not asked",
            _ => $"{step.Server} over {string.Join(", ", step.Attempts.Select(Attempt))}",
        };

    private static string Attempt(TransportAttempt attempt)
    {
        var time = attempt.Elapsed.TotalMilliseconds.ToString("0.0", CultureInfo.InvariantCulture);
        return $"{attempt.Transport.ToString().ToUpperInvariant()} {time} ms"
            + $"{(attempt.Failure == TransportFailure.None ? "" : $" ({Failure(attempt.Failure)})")}";
    }

    private static string Failure(TransportFailure failure) =>
        failure switch
        {
            TransportFailure.TimedOut => "no answer",
            TransportFailure.Unreachable => "unreachable",
            TransportFailure.Closed => "closed",
            TransportFailure.TooLong => "too long",
            _ => "not readable",
        };

    private static string CameBack(WalkStep step)
    {
        var code = HandleResolveOutput.CodeText(step.Code, step.Message);
        if (step.Values.Count == 0)
        {
            return code;
        }
        var types = string.Join(
            ", ",
            step.Values.Select(value => ValueText.Clean(value.Type)).Distinct(StringComparer.Ordinal).Take(8)
        );
        var values = $"{step.Values.Count} {(step.Values.Count == 1 ? "value" : "values")} ({types})";
        return step.Code == ResponseCode.Success ? values : $"{code}, {values}";
    }
}
