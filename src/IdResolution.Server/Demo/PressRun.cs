namespace IdResolution.Server.Demo;

/// <summary>Pieces that were pressed one after the other in one press.</summary>
/// <param name="Equipment">The key of the press.</param>
/// <param name="Line">Its line.</param>
/// <param name="Day">The day.</param>
/// <param name="Time">The time of that day.</param>
/// <param name="Temperature">The temperature in °C.</param>
/// <param name="Pressure">The pressure in MPa.</param>
/// <param name="Seconds">How long each piece was pressed.</param>
internal sealed record PressRun(
    string Equipment,
    string Line,
    DateOnly Day,
    TimeOnly Time,
    decimal Temperature,
    decimal Pressure,
    decimal Seconds
)
{
    private const double VoltsPerDegree = 0.004;
    private const int Harmless = 132;

    /// <summary>By how many volts too hot a press lowers the voltage of a cell under load.</summary>
    public double Loss => VoltsPerDegree * Math.Max(0, (double)Temperature - Harmless);
}
