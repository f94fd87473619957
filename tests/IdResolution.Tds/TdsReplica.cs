using IdResolution.Tds.Engine;

namespace IdResolution.Tds;

/// <summary>A read-only copy of a <see cref="TdsServer"/>'s database.</summary>
public sealed class TdsReplica : IAsyncDisposable
{
    private readonly Database _primary;
    private readonly Database _copy;
    private readonly bool _isLagging;

    internal TdsReplica(Database primary, bool isLagging)
    {
        (_primary, _isLagging) = (primary, isLagging);
        _copy = Server.Databases.AddReadOnly(primary.Name, primary.Path);
        _copy.IsReadCommittedSnapshotOn = primary.IsReadCommittedSnapshotOn;
        Refresh();
        Server.Start();
    }

    /// <summary>The copy's own server, for its faults.</summary>
    public TdsServer Server { get; } = new();

    /// <summary>What a client connects with.</summary>
    public string ConnectionString => Server.ConnectionString(_primary.Name);

    /// <summary>Shows from now on what the database holds now.</summary>
    public void Refresh()
    {
        if (_isLagging)
        {
            var file = Server.Databases.NewFile();
            _primary.CopyTo(file);
            _copy.Path = file;
            _copy.Generation++;
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
