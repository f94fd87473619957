using System.Globalization;
using IdResolution.Storage.Sql;

namespace IdResolution.Storage.Migrations;

/// <summary>The saved position of a step in code, kept in a setting of the store.</summary>
/// <param name="Rows">The number of rows done.</param>
/// <param name="Mark">The position of the next page; null at the beginning.</param>
internal sealed record StepMark(long Rows, string? Mark)
{
    /// <summary>Parses the text of the setting.</summary>
    /// <exception cref="DatabaseUnusableException">The setting was written by another version of the step.</exception>
    public static StepMark Read(NumberedStep step, string text)
    {
        var parts = text.Split(' ', 3);
        if (parts[0] != step.Checksum)
        {
            throw new DatabaseUnusableException(
                $"Migration {step.Name} was begun by another version of idnode. Run idnode migrate of that version, or "
                    + "restore a backup.",
                $"迁移 {step.Name} 由另一版本的 idnode 开始。请用该版本执行 idnode migrate，或恢复备份。"
            );
        }
        return new StepMark(long.Parse(parts[1], CultureInfo.InvariantCulture), parts.Length > 2 ? parts[2] : null);
    }

    /// <summary>The text for the setting.</summary>
    public string Write(NumberedStep step)
    {
        var text = $"{step.Checksum} {Rows.ToString(CultureInfo.InvariantCulture)}";
        return Mark is null ? text : $"{text} {Mark}";
    }
}
