using IdResolution.Core.Documents;

namespace IdResolution.Storage.Sql;

/// <summary>Settings that the nodes of one store fix once and then share.</summary>
internal sealed class SettingStore(ISqlEngine engine) : ISettingStore
{
    /// <inheritdoc/>
    public ValueTask<string?> FindSettingAsync(string name, CancellationToken cancellationToken) =>
        engine.ReadAsync(
            "read setting",
            session => session.ScalarAsync<string>(Statements.FindSetting, new { name }),
            cancellationToken
        );

    /// <inheritdoc/>
    public Task<string> GetOrAddAsync(string name, string value) =>
        engine.WriteAsync(
            "write setting",
            async session =>
            {
                await session.ExecuteAsync(Statements.AddSetting, new { name, value });
                return (await session.ScalarAsync<string>(Statements.FindSetting, new { name }))!;
            },
            CancellationToken.None
        );

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<KeyValuePair<string, string>>> ListAsync(
        string prefix,
        CancellationToken cancellationToken
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(prefix);
        // Names are ASCII and compared by their bytes.
        var next = prefix[..^1] + (char)(prefix[^1] + 1);
        return engine.ReadAsync(
            "list settings",
            session =>
                session.ReadAsync(
                    Statements.ListSettings,
                    new { prefix, next },
                    row => KeyValuePair.Create(row.GetString(0), row.GetString(1))
                ),
            cancellationToken
        );
    }

    /// <inheritdoc/>
    public Task RaiseAsync(IReadOnlyDictionary<string, string> values, CancellationToken cancellationToken) =>
        engine.WriteAsync(
            "raise settings",
            async session =>
            {
                foreach (var (name, value) in values)
                {
                    await session.ExecuteAsync(Statements.AddSetting, new { name, value });
                    await session.ExecuteAsync(Statements.RaiseSetting, new { name, value });
                }
                return true;
            },
            cancellationToken
        );

    /// <inheritdoc/>
    public Task<bool> ReplaceAsync(string name, string before, string value, CancellationToken cancellationToken) =>
        engine.WriteAsync(
            "replace setting",
            async session =>
                await session.ExecuteAsync(
                    Statements.ReplaceSetting,
                    new
                    {
                        name,
                        before,
                        value,
                    }
                ) > 0,
            cancellationToken
        );
}
