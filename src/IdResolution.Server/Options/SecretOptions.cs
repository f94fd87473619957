namespace IdResolution.Server.Options;

internal sealed class SecretOptions
{
    /// <summary>The path of the key file. Default: <c>secrets.key</c> in the data directory.</summary>
    public string? KeyFile { get; set; }
}
