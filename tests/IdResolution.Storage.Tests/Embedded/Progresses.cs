namespace IdResolution.Storage.Tests.Embedded;

/// <summary>Keeps what is reported, in order.</summary>
internal sealed class Collected<T>(List<T> reports) : IProgress<T>
{
    public void Report(T value) => reports.Add(value);
}

/// <summary>Does something at each report, at once.</summary>
internal sealed class Doing<T>(Action<T> action) : IProgress<T>
{
    public void Report(T value) => action(value);
}
