namespace IdResolution.Core.Documents;

/// <summary>Stores values that the nodes of one store share. Thread-safe.</summary>
public interface ISettingStore
{
    /// <summary>Reads a setting; null if it was never set.</summary>
    ValueTask<string?> FindSettingAsync(string name, CancellationToken cancellationToken);

    /// <summary>Sets a setting if it was never set, and returns the value that is stored.</summary>
    Task<string> GetOrAddAsync(string name, string value);

    /// <summary>Reads the settings whose names begin with <paramref name="prefix"/>, in the order of names.</summary>
    ValueTask<IReadOnlyList<KeyValuePair<string, string>>> ListAsync(
        string prefix,
        CancellationToken cancellationToken
    );

    /// <summary>Sets each setting, unless it has the same value or one that comes after it as text.</summary>
    Task RaiseAsync(IReadOnlyDictionary<string, string> values, CancellationToken cancellationToken);

    /// <summary>Replaces the value of a setting; false if its value is not <paramref name="before"/>.</summary>
    Task<bool> ReplaceAsync(string name, string before, string value, CancellationToken cancellationToken);
}
