using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using IdResolution.Server.Tests.Faults;
using IdResolution.Testing;

namespace IdResolution.Server.Tests.Caching;

/// <summary>A private authority, with files of its certificate and of one for <c>localhost</c> with its key.</summary>
internal sealed class PlantAuthority : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public PlantAuthority()
    {
        var (from, until) = (DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        using var authorityKey = RSA.Create(2048);
        var authorityRequest = new CertificateRequest(
            "CN=Plant authority",
            authorityKey,
            HashAlgorithmName.SHA256,
            RSASignaturePadding.Pkcs1
        );
        authorityRequest.CertificateExtensions.Add(
            new X509BasicConstraintsExtension(
                certificateAuthority: true,
                hasPathLengthConstraint: false,
                0,
                critical: true
            )
        );
        authorityRequest.CertificateExtensions.Add(
            new X509SubjectKeyIdentifierExtension(authorityRequest.PublicKey, critical: false)
        );
        using var authority = authorityRequest.CreateSelfSigned(from, until);
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(
            X509AuthorityKeyIdentifierExtension.CreateFromCertificate(
                authority,
                includeKeyIdentifier: true,
                includeIssuerAndSerial: false
            )
        );
        using var certificate = request.Create(authority, from, until, RandomNumberGenerator.GetBytes(8));
        File.WriteAllText(AuthorityFile, authority.ExportCertificatePem());
        File.WriteAllText(CertificateFile, certificate.ExportCertificatePem());
        File.WriteAllText(KeyFile, key.ExportPkcs8PrivateKeyPem());
    }

    public string CertificateFile => _directory.File("redis.crt");

    public string KeyFile => _directory.File("redis.key");

    private string AuthorityFile => _directory.File("authority.crt");

    /// <summary>
    /// Starts a node that trusts the authority: as a process, since the system's trust is read once by each.
    /// </summary>
    /// <param name="redis">The connection string of its Redis.</param>
    public Task<NodeProcess> StartNodeAsync(string redis) => StartNodeAsync([$"IDR__Redis__Configuration={redis}"]);

    /// <summary>The same, with settings in its environment.</summary>
    public Task<NodeProcess> StartNodeAsync(string[] settings) =>
        NodeProcess.StartAsync(_directory.File("data"), null, ["env", $"SSL_CERT_FILE={AuthorityFile}", .. settings]);

    public void Dispose() => _directory.Dispose();
}
