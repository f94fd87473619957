using IdResolution.Core.Primitives;

namespace IdResolution.Server.Options;

/// <summary>The section <c>Tls</c>: what is said to those who come over TLS.</summary>
internal sealed class TlsOptions
{
    /// <summary>
    /// For how many seconds browsers shall come over TLS alone (<c>Strict-Transport-Security</c>, RFC 6797); 0 says
    /// nothing.
    /// </summary>
    public int HstsSeconds { get; set; } = 31_536_000;

    internal void Validate(List<Text> errors)
    {
        if (HstsSeconds < 0)
        {
            errors.Add(
                new(
                    $"Tls:HstsSeconds: {HstsSeconds} must be 0 or more.",
                    $"Tls:HstsSeconds：{HstsSeconds} 应不小于 0。"
                )
            );
        }
    }
}
