using IdResolution.Core.Primitives;

namespace IdResolution.Server.CommandLine.Records.Import;

/// <summary>Says what is to be said of lines of a file that were taken: of the first of them.</summary>
/// <param name="unit">What a line is called, such as <c>row</c>.</param>
/// <param name="tell">Where it is said.</param>
internal sealed class RowFindings(Text unit, Action<Text> tell)
{
    private const int MaxShown = 100;

    private int _said;

    /// <summary>Says something of a line.</summary>
    /// <param name="number">The number of the line.</param>
    /// <param name="finding">What is to be said; null for nothing.</param>
    public void Add(long number, Text? finding)
    {
        if (finding is not { } said || ++_said > MaxShown + 1)
        {
            return;
        }
        tell(
            _said > MaxShown
                ? new("… and more", "……另有更多")
                : new($"{unit.En} {number}: {said.En}", $"第 {number} {unit.Zh}：{said.Zh}")
        );
    }
}
