using System.Globalization;
using Microsoft.Data.Sqlite;

namespace IdResolution.Storage.Sql;

/// <summary>
/// Numbers that sequences skip after a restore, since it is not known which were given away. A scope that the backup
/// did not have begins behind them too, unless it holds a day after the restore: nobody can have used it before.
/// </summary>
/// <param name="Numbers">How many are skipped, 1 and up.</param>
/// <param name="LastDay">The last day whose scopes may have been used before the restore.</param>
internal sealed record SequenceGap(long Numbers, DateOnly LastDay)
{
    /// <summary>The setting that keeps it: <c>NUMBERS yyyy-MM-dd</c>.</summary>
    public const string Setting = "sequences.gap";

    /// <summary>The statement that reads the setting.</summary>
    public const string Find = $"SELECT value FROM settings WHERE name = '{Setting}'";

    private const string Day = "yyyy-MM-dd";

    /// <summary>Reads the setting's text; null for none.</summary>
    public static SequenceGap? Parse(string? text) =>
        text?.Split(' ') is [var numbers, var day]
            ? new SequenceGap(
                long.Parse(numbers, CultureInfo.InvariantCulture),
                DateOnly.ParseExact(day, Day, CultureInfo.InvariantCulture)
            )
            : null;

    /// <summary>The first number of a scope that was never used in this store.</summary>
    /// <param name="day">The day that the scope's text holds, or null.</param>
    public long FirstOf(DateOnly? day) => day > LastDay ? 1 : Numbers + 1;

    /// <summary>
    /// Skips numbers of all sequences and object numbers of a restored database. In any time zone, no plant has a later
    /// day than the one after that of UTC.
    /// </summary>
    public static void Open(SqliteConnection restored, long numbers, DateOnly today)
    {
        using var command = restored.CreateCommand();
        command.CommandText = """
            UPDATE counters SET value = value + @numbers WHERE name = 'object';
            UPDATE sequences SET next = next + @numbers
            """;
        command.Parameters.AddWithValue("@numbers", numbers);
        command.ExecuteNonQuery();
        new SequenceGap(numbers, today.AddDays(1)).Keep(restored);
    }

    /// <summary>Writes the setting. Of two gaps the greater number and the later day count.</summary>
    public void Keep(SqliteConnection restored)
    {
        using var find = restored.CreateCommand();
        find.CommandText = Find;
        var kept = Parse(find.ExecuteScalar() as string) ?? this;
        var both = new SequenceGap(Math.Max(Numbers, kept.Numbers), LastDay > kept.LastDay ? LastDay : kept.LastDay);
        using var command = restored.CreateCommand();
        command.CommandText =
            $"INSERT INTO settings (name, value) VALUES ('{Setting}', @value) "
            + "ON CONFLICT (name) DO UPDATE SET value = excluded.value";
        command.Parameters.AddWithValue("@value", both.ToString());
        command.ExecuteNonQuery();
    }

    /// <summary>The setting's text.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Numbers} {LastDay.ToString(Day, CultureInfo.InvariantCulture)}");
}
