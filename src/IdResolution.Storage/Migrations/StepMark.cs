using System.Globalization;
using IdResolution.Storage.Sql;

namespace IdResolution.Storage.Migrations;

/// <summary>How far a step is, as a setting of the store keeps it.</summary>
/// <param name="Rows">Rows done.</param>
/// <param name="Mark">Where the next page begins; null at the beginning.</param>
internal sealed record StepMark(long Rows, string? Mark)
{
    /// <summary>Reads the setting.</summary>
    /// <exception cref="DatabaseUnusableException">A step of another making left it.</exception>
    public static StepMark Read(NumberedStep step, string text)
    {
        var parts = text.Split(' ', 3);
        if (parts[0] != step.Checksum)
        {
            throw new DatabaseUnusableException(
                $"Migration {step.Name} was begun by another version of idnode. Run idnode migrate of that version, or "
                    + "restore a backup."
            );
        }
        return new StepMark(long.Parse(parts[1], CultureInfo.InvariantCulture), parts.Length > 2 ? parts[2] : null);
    }

    /// <summary>The setting's text.</summary>
    public string Write(NumberedStep step)
    {
        var text = $"{step.Checksum} {Rows.ToString(CultureInfo.InvariantCulture)}";
        return Mark is null ? text : $"{text} {Mark}";
    }
}
