namespace IdResolution.Server.Demo;

/// <summary>
/// The two hot presses of the demonstration plant. In the middle of the month they press ahead for nine days, and the
/// first of them drifts while it does.
/// </summary>
/// <param name="draws">Where values come from.</param>
/// <param name="firstDay">The first day of the plant.</param>
internal sealed class PressShop(SeededRandom draws, DateOnly firstDay)
{
    /// <summary>The press that drifts.</summary>
    public const string Drifting = "EQ-007";

    /// <summary>The set temperature in °C.</summary>
    public const int SetTemperature = 130;

    /// <summary>The limits of the temperature in °C.</summary>
    public const int LowTemperature = 125,
        HighTemperature = 135;

    private const string Other = "EQ-008";
    private const int AheadFrom = 12;
    private const int StacksAhead = 9;

    /// <summary>How much the press is too hot after the two days, and before.</summary>
    private const double DriftAtFirst = 4,
        DriftAtLast = 22;

    /// <summary>
    /// The run in which the pieces for a stack are pressed: in the days of pressing ahead, or a day before it is built.
    /// </summary>
    /// <param name="stack">The stack's number, from 0.</param>
    /// <param name="built">The day on which the stack is built.</param>
    public PressRun RunFor(int stack, DateOnly built)
    {
        var equipment = stack % 5 < 3 ? Drifting : Other;
        var ahead = built.DayNumber - firstDay.DayNumber - AheadFrom - 1;
        if (ahead is < 0 or >= StacksAhead)
        {
            return Run(equipment, built.AddDays(-1), new TimeOnly(8 + (stack % 10), stack % 60), 0);
        }
        var progress = (double)ahead / StacksAhead;
        var hours = (progress < 0.5 ? progress : progress - 0.5) * 2 * 16;
        return Run(
            equipment,
            firstDay.AddDays(AheadFrom + (progress < 0.5 ? 0 : 1)),
            new TimeOnly(6 + (int)hours, stack % 60),
            equipment == Drifting ? DriftAtFirst + ((DriftAtLast - DriftAtFirst) * progress) : 0
        );
    }

    private PressRun Run(string equipment, DateOnly day, TimeOnly time, double drift) =>
        new(
            equipment,
            equipment == Drifting ? "MEA-L1" : "MEA-L2",
            day,
            time,
            draws.Normal(SetTemperature + drift, 0.4, 1),
            draws.Normal(1.5, 0.02, 2),
            draws.Normal(45, 0.5, 0)
        );
}
