namespace IdResolution.Server.Hosting;

/// <summary>The name of this process among the nodes of its store. It is new at each start.</summary>
internal sealed class NodeName
{
    private readonly string _name =
        $"{Environment.MachineName}-{Environment.ProcessId}-{Guid.NewGuid().ToString("N")[..8]}";

    public override string ToString() => _name;
}
