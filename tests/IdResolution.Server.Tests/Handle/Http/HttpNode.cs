using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using IdResolution.Core.Access;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Records;
using IdResolution.HandleProtocol.Keys;
using IdResolution.HandleProtocol.Values;
using IdResolution.Server.Tests.Rest;
using IdResolution.Testing;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;

namespace IdResolution.Server.Tests.Handle.Http;

/// <summary>
/// One node for all tests of the HTTP interface, with TLS beside plain HTTP, an administrator with a secret and an RSA
/// key, and a stranger.
/// </summary>
[SetUpFixture]
public sealed class HttpNode
{
    public const string Prefix = TestNode.Prefix;
    public const string Admin = Prefix + "/ADMIN";
    public const string Stranger = Prefix + "/STRANGER";
    public const int SecretIndex = 300;
    public const int KeyIndex = 301;

    private static readonly TemporaryDirectory s_files = new();

    internal static byte[] Secret { get; } = "top secret: 密"u8.ToArray();

    internal static KeyPair Key { get; } = KeyPair.Generate();

    internal static TestNode Server { get; private set; } = null!;

    internal static Uri Tls { get; private set; } = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        var (certificate, key) = Certificate();
        Server = await TestNode.StartAsync(
            options =>
            {
                options.HandleAdmins = [$"{SecretIndex}:{Admin}", $"{KeyIndex}:{Admin}"];
                // Every algorithm is tried. LegacyTests says what is refused without the setting.
                options.Access.HandleLegacy = true;
            },
            settings: new Dictionary<string, string?>
            {
                ["Kestrel:Endpoints:Https:Url"] = "https://127.0.0.1:0",
                ["Kestrel:Endpoints:Https:Certificate:Path"] = certificate,
                ["Kestrel:Endpoints:Https:Certificate:KeyPath"] = key,
            }
        );
        // Many tests are wrong from this one network.
        Server.Services.GetRequiredService<GuessDelays>().Free = int.MaxValue;
        Tls = new Uri(
            Server
                .Services.GetRequiredService<IServer>()
                .Features.Get<IServerAddressesFeature>()!
                .Addresses.Single(a => a.StartsWith("https", StringComparison.Ordinal))
        );
        await KeepAsync(
            Admin,
            Value(SecretIndex, "HS_SECKEY", Secret),
            Value(KeyIndex, "HS_PUBKEY", Key.PublicKey.ToData())
        );
        await KeepAsync(Stranger, Value(SecretIndex, "HS_SECKEY", Secret));
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        if (Server is not null)
        {
            await Server.DisposeAsync();
        }
        Key.Dispose();
        s_files.Dispose();
    }

    /// <summary>Makes a record of raw values, whoever may read them.</summary>
    internal static async Task KeepAsync(string handle, params RawValue[] values)
    {
        var made = await Server.Node.Values.CreateAsync(
            Identifier.Parse(handle).Value,
            values,
            overwrite: true,
            static _ => null,
            Caller.Node,
            CancellationToken.None
        );
        Assert.That(made.IsOk, handle);
    }

    internal static RawValue Value(
        int index,
        string type,
        byte[] data,
        Permissions permissions = Permissions.AdminRead | Permissions.AdminWrite | Permissions.PublicRead
    ) =>
        new()
        {
            Index = index,
            Type = type,
            Data = data,
            Permissions = permissions,
        };

    internal static RawValue Text(
        int index,
        string type,
        string text,
        Permissions permissions = Permissions.AdminRead | Permissions.AdminWrite | Permissions.PublicRead
    ) => Value(index, type, Encoding.UTF8.GetBytes(text), permissions);

    /// <summary>An HS_ADMIN of the stranger with some rights.</summary>
    internal static RawValue StrangerMay(AdminPermissions permissions) =>
        Value(100, "HS_ADMIN", new AdminRecord(permissions, new ValueReference(Stranger, SecretIndex)).ToData());

    private static (string Certificate, string Key) Certificate()
    {
        using var rsa = RSA.Create(2048);
        var request = new CertificateRequest("CN=127.0.0.1", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(2));
        var (certificate, key) = (Path.Combine(s_files.Path, "tls.pem"), Path.Combine(s_files.Path, "tls.key"));
        File.WriteAllText(certificate, made.ExportCertificatePem());
        File.WriteAllText(key, rsa.ExportPkcs8PrivateKeyPem());
        return (certificate, key);
    }
}
