namespace IdResolution.Storage.Maintenance.Examining;

/// <summary>
/// One run of the doctor: the database, and the findings so far. A check that throws becomes a finding too.
/// </summary>
internal sealed class Examination(
    ExaminedStore store,
    IProgress<(string Check, double Done)>? progress,
    CancellationToken cancellationToken
)
{
    private const int RowsPerReport = 4_096;

    private readonly List<Task<Finding>> _findings = [];
    private string _check = "";
    private long _rows;

    public ExaminedStore Store => store;

    /// <summary>The findings so far. Waits for those of checks that run beside the others.</summary>
    public IReadOnlyList<Finding> Findings => [.. _findings.Select(f => f.GetAwaiter().GetResult())];

    /// <summary>
    /// Begins a check that runs beside the others and does not use their connections. Its finding stands where it
    /// began.
    /// </summary>
    public void Begin(string name, Action<CheckFaults> check)
    {
        progress?.Report((name, 0));
        _findings.Add(
            Task.Run(() =>
            {
                var faults = new CheckFaults(name);
                Try([faults], () => check(faults));
                return faults.ToFinding();
            })
        );
    }

    /// <summary>Waits until nothing runs any more, whatever it found.</summary>
    public void End() => Task.WhenAll(_findings).ContinueWith(_ => { }, TaskScheduler.Default).GetAwaiter().GetResult();

    /// <summary>Runs one check; true if nothing is wrong.</summary>
    public bool Check(string name, Action<CheckFaults> check) => Check([name], faults => check(faults[0]));

    /// <summary>Runs checks that share one pass over the data; true if nothing is wrong.</summary>
    public bool Check(string[] names, Action<CheckFaults[]> check)
    {
        _check = names[0];
        _rows = 0;
        cancellationToken.ThrowIfCancellationRequested();
        progress?.Report((_check, 0));
        var faults = Array.ConvertAll(names, name => new CheckFaults(name));
        Try(faults, () => check(faults));
        progress?.Report((_check, 1));
        var findings = Array.ConvertAll(faults, f => f.ToFinding());
        _findings.AddRange(findings.Select(Task.FromResult));
        return Array.TrueForAll(findings, f => f.Ok);
    }

    private void Try(CheckFaults[] faults, Action check)
    {
        try
        {
            check();
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Array.ForEach(
                faults,
                f => f.Add($"it could not be read to the end: {e.Message}", $"未能读完：{e.Message}")
            );
        }
    }

    /// <summary>Called for each row of a long pass. Reports progress, and throws after cancellation.</summary>
    /// <param name="at">The position of the pass.</param>
    /// <param name="end">The position at its end.</param>
    public void Tick(long at, long end)
    {
        if (++_rows % RowsPerReport == 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            progress?.Report((_check, Math.Clamp((double)at / Math.Max(1, end), 0, 1)));
        }
    }

    /// <summary>The rows of a query.</summary>
    public ExaminedRows Read(string sql, params ReadOnlySpan<(string Name, object Value)> parameters) =>
        new(store.Connection, sql, cancellationToken, parameters);

    /// <summary>The rows of a query that runs while other rows are being read.</summary>
    public ExaminedRows ReadAside(string sql, params ReadOnlySpan<(string Name, object Value)> parameters) =>
        new(store.Aside, sql, cancellationToken, parameters);

    /// <summary>The first number of a query's result; 0 if it is null or missing.</summary>
    public long Number(string sql)
    {
        using var rows = Read(sql);
        return rows.Step() ? rows.Int64(0) : 0;
    }

    /// <summary>The value of a counter; null if it is missing.</summary>
    public long? Counter(string name)
    {
        using var rows = Read("SELECT value FROM counters WHERE name = @name", ("@name", name));
        return rows.Step() ? rows.Int64(0) : null;
    }
}
