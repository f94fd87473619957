using IdResolution.Core.Errors;
using IdResolution.Core.Primitives;
using IdResolution.Core.Records;

namespace IdResolution.Server.CommandLine.Records.Import;

/// <summary>What became of the lines of a file, or would.</summary>
internal sealed class ImportCounts
{
    /// <summary>New items, and those brought back.</summary>
    public long Registered { get; private set; }

    /// <summary>Records that were changed to what the file says.</summary>
    public long Updated { get; private set; }

    /// <summary>Items that were registered before with the same content.</summary>
    public long Same { get; private set; }

    /// <summary>Lines that were refused.</summary>
    public long Bad { get; private set; }

    /// <summary>Counts a line.</summary>
    /// <param name="result">What became of it.</param>
    public void Add(Result<WriteOutcome> result)
    {
        switch (result.IsOk ? result.Value : WriteOutcome.Failed)
        {
            case WriteOutcome.Created or WriteOutcome.Reinstated:
                Registered++;
                break;
            case WriteOutcome.Changed:
                Updated++;
                break;
            case WriteOutcome.Same:
                Same++;
                break;
            default:
                Bad++;
                break;
        }
    }

    /// <summary>The counts, for people.</summary>
    public Text Text =>
        new(
            $"registered {Registered}, updated {Updated}, same {Same}, bad {Bad}",
            $"新注册 {Registered}，已更新 {Updated}，相同 {Same}，错误 {Bad}"
        );
}
