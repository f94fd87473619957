using System.Globalization;

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
    /// Skips numbers of all sequences and object numbers of a restored store. In any time zone, no plant has a later
    /// day than the one after that of UTC.
    /// </summary>
    public static async Task OpenAsync(SqlSession session, long numbers, DateOnly today)
    {
        await session.ExecuteAsync(Statements.SkipObjects, new { numbers });
        await session.ExecuteAsync(Statements.SkipSequences, new { numbers });
        await new SequenceGap(numbers, today.AddDays(1)).KeepAsync(session);
    }

    /// <summary>Writes the setting. Of two gaps the greater number and the later day count.</summary>
    public async Task KeepAsync(SqlSession session)
    {
        var kept = Parse(await session.ScalarAsync<string>(Statements.FindSetting, new { name = Setting })) ?? this;
        var both = new SequenceGap(Math.Max(Numbers, kept.Numbers), LastDay > kept.LastDay ? LastDay : kept.LastDay);
        var parameters = new { name = Setting, value = both.ToString() };
        if (await session.ExecuteAsync(Statements.ChangeSetting, parameters) == 0)
        {
            await session.ExecuteAsync(Statements.AddSetting, parameters);
        }
    }

    /// <summary>The setting's text.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Numbers} {LastDay.ToString(Day, CultureInfo.InvariantCulture)}");
}
