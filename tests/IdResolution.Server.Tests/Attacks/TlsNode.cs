using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using IdResolution.Server.Options;
using IdResolution.Server.Tests.Rest;
using IdResolution.Testing;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;

namespace IdResolution.Server.Tests.Attacks;

/// <summary>A node with a TLS endpoint beside its plain ones.</summary>
internal sealed class TlsNode : IAsyncDisposable
{
    private readonly TemporaryDirectory _files = new();

    private string _hash = "";

    private TlsNode() { }

    public TestNode Node { get; private set; } = null!;

    /// <summary>The base of URLs over TLS; the certificate is the node's own.</summary>
    public Uri Tls { get; private set; } = null!;

    /// <summary>How clients take the node's certificate, and no other.</summary>
    public SslClientAuthenticationOptions ClientOptions =>
        new()
        {
            TargetHost = "127.0.0.1",
            RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate?.GetCertHashString() == _hash,
        };

    public IPEndPoint TlsEndPoint => new(IPAddress.Loopback, Tls.Port);

    public static async Task<TlsNode> StartAsync(Action<NodeOptions>? configure = null)
    {
        var started = new TlsNode();
        var (certificate, key) = (started._files.File("tls.pem"), started._files.File("tls.key"));
        using (var pair = RSA.Create(2048))
        {
            var request = new CertificateRequest(
                "CN=127.0.0.1",
                pair,
                HashAlgorithmName.SHA256,
                RSASignaturePadding.Pkcs1
            );
            var names = new SubjectAlternativeNameBuilder();
            names.AddIpAddress(IPAddress.Loopback);
            request.CertificateExtensions.Add(names.Build());
            using var made = request.CreateSelfSigned(
                DateTimeOffset.UtcNow.AddDays(-1),
                DateTimeOffset.UtcNow.AddDays(2)
            );
            started._hash = made.GetCertHashString();
            await File.WriteAllTextAsync(certificate, made.ExportCertificatePem());
            await File.WriteAllTextAsync(key, pair.ExportPkcs8PrivateKeyPem());
        }
        started.Node = await TestNode.StartAsync(
            configure,
            settings: new Dictionary<string, string?>
            {
                ["Kestrel:Endpoints:Https:Url"] = "https://127.0.0.1:0",
                ["Kestrel:Endpoints:Https:Certificate:Path"] = certificate,
                ["Kestrel:Endpoints:Https:Certificate:KeyPath"] = key,
            }
        );
        started.Tls = new Uri(
            started
                .Node.Services.GetRequiredService<IServer>()
                .Features.Get<IServerAddressesFeature>()!
                .Addresses.Single(static a => a.StartsWith("https", StringComparison.Ordinal))
        );
        return started;
    }

    public async ValueTask DisposeAsync()
    {
        await Node.DisposeAsync();
        _files.Dispose();
    }
}
