namespace IdResolution.Server.Hosting;

/// <summary>This process among the nodes of its store; another with each start.</summary>
internal sealed class NodeName
{
    private readonly string _name =
        $"{Environment.MachineName}-{Environment.ProcessId}-{Guid.NewGuid().ToString("N")[..8]}";

    public override string ToString() => _name;
}
