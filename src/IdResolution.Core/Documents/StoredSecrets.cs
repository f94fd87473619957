using System.Text;
using IdResolution.Core.Primitives;

namespace IdResolution.Core.Documents;

/// <summary>Secrets that are made once, kept encrypted in the store and so shared by its nodes. Thread-safe.</summary>
public sealed class StoredSecrets(ISettingStore store, NodeSecrets secrets)
{
    /// <summary>A secret, made where there is none.</summary>
    /// <param name="name">The setting that keeps it.</param>
    /// <param name="make">Makes it.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public async Task<string> GetOrAddAsync(string name, Func<string> make, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(make);
        var kept =
            await store.FindSettingAsync(name, cancellationToken)
            ?? await store.GetOrAddAsync(name, Convert.ToBase64String(secrets.Encrypt(Encoding.UTF8.GetBytes(make()))));
        return Encoding.UTF8.GetString(secrets.Decrypt(Convert.FromBase64String(kept)));
    }
}
