namespace IdResolution.Core.Documents;

/// <summary>Keeps what nodes of one store share and settle once. Thread-safe.</summary>
public interface ISettingStore
{
    /// <summary>A setting, or null.</summary>
    ValueTask<string?> FindSettingAsync(string name, CancellationToken cancellationToken);

    /// <summary>Writes a setting unless it is there already, and gives what holds.</summary>
    Task<string> GetOrAddAsync(string name, string value);
}
