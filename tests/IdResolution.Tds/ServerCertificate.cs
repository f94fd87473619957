using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace IdResolution.Tds;

/// <summary>The certificate of every server in this process, and the file by which clients know it.</summary>
internal static class ServerCertificate
{
    private static readonly Lazy<(X509Certificate2 Certificate, string File)> s_made = new(Make);

    public static X509Certificate2 Value => s_made.Value.Certificate;

    public static string File => s_made.Value.File;

    private static (X509Certificate2 Certificate, string File) Make()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = DateTimeOffset.UtcNow;
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
        var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(30));
        var file = Path.Combine(Path.GetTempPath(), $"idresolution-tds-{Guid.NewGuid():N}.cer");
        System.IO.File.WriteAllText(file, certificate.ExportCertificatePem());
        AppDomain.CurrentDomain.ProcessExit += (_, _) => System.IO.File.Delete(file);
        return (certificate, file);
    }
}
