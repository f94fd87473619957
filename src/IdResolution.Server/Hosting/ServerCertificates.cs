using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using IdResolution.Core.Primitives;

namespace IdResolution.Server.Hosting;

/// <summary>Reads the certificates in Kestrel's settings, to say what is wrong with them before it fails.</summary>
internal static class ServerCertificates
{
    private const string Default = "Kestrel:Certificates:Default";

    /// <summary>Says what is wrong with each certificate, by the name of its setting.</summary>
    public static IEnumerable<Text> Faults(IConfiguration configuration)
    {
        var endpoints = configuration.GetSection("Kestrel:Endpoints").GetChildren().ToList();
        foreach (
            var section in endpoints
                .Select(endpoint => endpoint.GetSection("Certificate"))
                .Prepend(configuration.GetSection(Default))
        )
        {
            if (section["Path"] is { Length: > 0 } path && FaultOf(path, section) is { } fault)
            {
                yield return new($"{section.Path}: {fault.En}", $"{section.Path}：{fault.Zh}");
            }
        }
        foreach (
            var endpoint in endpoints.Where(e =>
                e["Url"]?.StartsWith("https:", StringComparison.OrdinalIgnoreCase) == true
                && !e.GetSection("Certificate").Exists()
                && !configuration.GetSection(Default).Exists()
            )
        )
        {
            yield return new(
                $"{endpoint.Path}: an https endpoint needs a Certificate with Path and KeyPath.",
                $"{endpoint.Path}：https 端点须设置 Certificate 的 Path 和 KeyPath。"
            );
        }
    }

    private static Text? FaultOf(string path, IConfigurationSection section)
    {
        try
        {
            using var certificate = Load(path, section["KeyPath"], section["Password"]);
            return certificate.HasPrivateKey
                ? null
                : new Text(
                    $"{path} holds no private key; name its file in KeyPath.",
                    $"{path} 不含私钥，请在 KeyPath 中给出私钥文件。"
                );
        }
        catch (Exception e)
            when (e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            return new Text($"{path} cannot be used: {e.Message}", $"{path} 无法使用：{e.Message}");
        }
    }

    private static X509Certificate2 Load(string path, string? keyPath, string? password)
    {
        var file = FileOf(path);
        if (keyPath is not { Length: > 0 })
        {
            return X509CertificateLoader.LoadPkcs12FromFile(file, password);
        }
        return password is null
            ? X509Certificate2.CreateFromPemFile(file, FileOf(keyPath))
            : X509Certificate2.CreateFromEncryptedPemFile(file, password, FileOf(keyPath));
    }

    /// <summary>A relative path begins at the executable, as Kestrel reads it.</summary>
    private static string FileOf(string path) => Path.Combine(AppContext.BaseDirectory, path);
}
