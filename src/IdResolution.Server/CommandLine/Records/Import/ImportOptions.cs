using System.CommandLine;
using IdResolution.Core.Registration;
using IdResolution.Server.CommandLine.Shared;
using IdResolution.Server.Options;

namespace IdResolution.Server.CommandLine.Records.Import;

/// <summary>The options that all imports of files have, and what they say alike.</summary>
internal static class ImportOptions
{
    public static Option<string> Delimiter() =>
        new("--delimiter")
        {
            Description =
                "What stands between cells: one character, or tab. Default: comma, semicolon or tab, as the header "
                + "tells.",
            HelpName = "CHAR",
        };

    public static Option<string> Encoding() =>
        new("--encoding")
        {
            Description =
                "The file's encoding, such as utf-8, gb18030 (Excel in China) or utf-16. Default: by its byte order "
                + "mark, else UTF-8 where all of it is UTF-8; otherwise it must be named.",
            HelpName = "NAME",
        };

    public static Option<bool> Restart() =>
        new("--restart") { Description = "Begin at the first row, whatever an earlier run did." };

    /// <param name="taken">What becomes of a row.</param>
    public static Option<int> Batch(string taken) =>
        new("--batch")
        {
            Description = $"Rows {taken} at a time, 1 to {Registrar.MaxBatch}.",
            HelpName = "N",
            DefaultValueFactory = _ => 1_000,
        };

    /// <summary>The size of a batch.</summary>
    /// <exception cref="OperatorException">It is not within its bounds.</exception>
    public static int SizeOf(ParseResult parsed, Option<int> batch)
    {
        var size = parsed.GetValue(batch);
        return size is >= 1 and <= Registrar.MaxBatch
            ? size
            : throw new OperatorException(
                $"--batch: {size} must be 1 to {Registrar.MaxBatch}.",
                $"--batch：{size} 应为 1 至 {Registrar.MaxBatch}。"
            );
    }

    /// <summary>Refuses the options of CSV files for a file of JSON Lines.</summary>
    public static void RefuseForLines(ParseResult parsed, Option[] ofCsv)
    {
        if (Array.Find(ofCsv, option => parsed.GetResult(option) is { Implicit: false }) is { } unfit)
        {
            throw new OperatorException(
                $"{unfit.Name} is for CSV files; a line of JSON Lines says it itself.",
                $"{unfit.Name} 仅用于 CSV 文件；JSON Lines 的各行自带该内容。"
            );
        }
    }

    /// <summary>Names the columns that nothing comes from.</summary>
    public static void SayUnused(Terminal terminal, IReadOnlyList<string> columns)
    {
        if (columns.Count > 0)
        {
            var unused = columns.Select(TerminalText.OneLine).ToList();
            terminal.Explain(
                $"Columns not used: {string.Join(", ", unused)}.",
                $"未使用的列：{string.Join("、", unused)}。"
            );
        }
    }
}
