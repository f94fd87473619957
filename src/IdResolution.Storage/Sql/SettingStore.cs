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
}
