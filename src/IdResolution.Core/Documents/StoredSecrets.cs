using System.Text;
using IdResolution.Core.Primitives;

namespace IdResolution.Core.Documents;

/// <summary>Makes secrets once and keeps them encrypted in the store, for all its nodes. Thread-safe.</summary>
public sealed class StoredSecrets(ISettingStore store, NodeSecrets secrets)
{
    /// <summary>Gets a secret, and makes it if there is none.</summary>
    /// <param name="name">The name of the setting that holds the secret.</param>
    /// <param name="make">Makes the text of a new secret.</param>
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
