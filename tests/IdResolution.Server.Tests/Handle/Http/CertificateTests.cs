using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using IdResolution.HandleProtocol.Messages;
using IdResolution.Server.Handle.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using static IdResolution.Server.Tests.Handle.Http.HttpNode;

namespace IdResolution.Server.Tests.Handle.Http;

/// <summary>A client's certificate as TLS hands it over.</summary>
[TestFixture]
public sealed class CertificateTests : HttpTests
{
    [Test]
    public async Task Certificate_WithTheKeyOfTheUser_IsItsProof()
    {
        using var rsa = RSA.Create();
        rsa.ImportFromPem(Key.ToPem());

        var call = await AuthenticatedAsync(rsa);

        Assert.That(call.Identity?.Reference.ToString(), Is.EqualTo($"{KeyIndex}:{Admin}"));
    }

    [Test]
    public async Task Certificate_WithAnotherKey_ProvesNothing()
    {
        using var rsa = RSA.Create(2048);

        Assert.That((await AuthenticatedAsync(rsa)).Identity, Is.Null);
    }

    private static async Task<HttpCall> AuthenticatedAsync(RSA rsa)
    {
        using var certificate = new CertificateRequest(
            "CN=x",
            rsa,
            HashAlgorithmName.SHA256,
            RSASignaturePadding.Pkcs1
        ).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        var context = new DefaultHttpContext();
        context.Connection.ClientCertificate = certificate;
        context.Request.Method = "GET";
        context.Request.Headers.Authorization = $"Handle clientCert=\"true\", id=\"{KeyIndex}%3A{Admin}\"";
        var call = new HttpCall(context, OpCode.ListHomedPrefixes, "", new HttpParameters(context.Request.Query, null));
        await Server.Services.GetRequiredService<HttpAuthenticator>().AuthenticateAsync(call);
        return call;
    }
}
