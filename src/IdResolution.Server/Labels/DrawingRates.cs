using IdResolution.Core.Access;
using IdResolution.Core.Errors;

namespace IdResolution.Server.Labels;

/// <summary>
/// What a network without a key may have drawn. Drawing a code costs far more than the request for it. Thread-safe.
/// </summary>
internal sealed class DrawingRates(TimeProvider time)
{
    /// <summary>The labels of one network at once: a few whole sheets.</summary>
    public const int LabelsAtOnce = 4_000;

    /// <summary>The labels of one network in a second, on the long run.</summary>
    public const int LabelsPerSecond = 100;

    // The pixels of a picture that take as long to draw as a label.
    private const int PixelsOfALabel = 100_000;

    private readonly SourceRates _each = new(time, LabelsAtOnce, LabelsPerSecond);

    /// <summary>What drawing a code as a picture of so many pixels a side costs, in labels.</summary>
    public static int CostOf(int side) => 1 + (side * side / PixelsOfALabel);

    /// <summary>Takes labels from the share of the caller's network; the error if it has used too much.</summary>
    public Error? Take(Caller caller, int labels) =>
        !caller.IsAnonymous || _each.TryTake(caller.Source, labels, out var wait)
            ? null
            : Error.Of(
                ErrorCode.TooMany,
                $"Your network may have {LabelsPerSecond} labels and codes drawn a second without a key, and has used "
                    + "them up.",
                $"未使用密钥时，每个网络每秒可生成 {LabelsPerSecond} 个标签或二维码，您所在网络的额度已用完。"
            ) with
            {
                RetryAfter = wait,
            };
}
