namespace IdResolution.Core.Documents;

/// <summary>Stores values that the nodes of one store share and that are set once. Thread-safe.</summary>
public interface ISettingStore
{
    /// <summary>Reads a setting; null if it was never set.</summary>
    ValueTask<string?> FindSettingAsync(string name, CancellationToken cancellationToken);

    /// <summary>Sets a setting if it was never set, and returns the value that is stored.</summary>
    Task<string> GetOrAddAsync(string name, string value);
}
