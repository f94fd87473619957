namespace IdResolution.Server.Options;

/// <summary>The key file.</summary>
internal sealed class SecretOptions
{
    /// <summary>The key file; by default <c>secrets.key</c> in the data directory.</summary>
    public string? KeyFile { get; set; }
}
