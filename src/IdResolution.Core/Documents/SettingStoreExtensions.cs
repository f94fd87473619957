namespace IdResolution.Core.Documents;

/// <summary>What stores of settings can do besides.</summary>
public static class SettingStoreExtensions
{
    /// <summary>Sets a setting that was read before; false if it was set to something else meanwhile.</summary>
    /// <param name="settings">The store.</param>
    /// <param name="name">Its name.</param>
    /// <param name="before">What was read; null if it was never set.</param>
    /// <param name="value">The new value.</param>
    /// <param name="cancellationToken">Ends the write.</param>
    public static async Task<bool> SetAsync(
        this ISettingStore settings,
        string name,
        string? before,
        string value,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(settings);
        return before is null
            ? await settings.GetOrAddAsync(name, value) == value
            : before == value || await settings.ReplaceAsync(name, before, value, cancellationToken);
    }
}
