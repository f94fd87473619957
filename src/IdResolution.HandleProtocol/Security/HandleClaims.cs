using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using IdResolution.HandleProtocol.Keys;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Security;

/// <summary>
/// The claims of an HS_CERT or HS_SIGNATURE. Trust them only if the signature is right
/// (<see cref="JsonWebSignature"/>).
/// </summary>
public sealed record HandleClaims
{
    private const int MaxChain = 50;

    /// <summary><c>iss</c>: the key that signed, as <c>INDEX:HANDLE</c>.</summary>
    public string? Issuer { get; init; }

    /// <summary><c>sub</c>: the holder of an HS_CERT's key as <c>INDEX:HANDLE</c>; an HS_SIGNATURE's handle.</summary>
    public string? Subject { get; init; }

    /// <summary><c>iat</c>: the time of signing, to the second; null if not given.</summary>
    public DateTimeOffset? IssuedAt { get; init; }

    /// <summary><c>nbf</c>: the first second in which the claims are valid; null for no limit.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary><c>exp</c>: the first second in which they are no longer valid; null for no limit.</summary>
    public DateTimeOffset? Expires { get; init; }

    /// <summary><c>perms</c>: what the holder of an HS_CERT may sign.</summary>
    public IReadOnlyList<HandlePermission> Permissions { get; init; } = [];

    /// <summary><c>publicKey</c>: the key that an HS_CERT certifies; null if not given.</summary>
    public PublicKey? PublicKey { get; init; }

    /// <summary><c>chain</c>: the certificates up to the root, as <c>INDEX:HANDLE</c>; at most 50.</summary>
    public IReadOnlyList<string> Chain { get; init; } = [];

    /// <summary>The <c>alg</c> of <c>digests</c>, such as SHA-256.</summary>
    public string? DigestAlgorithm { get; init; }

    /// <summary>The digests of the signed values in an HS_SIGNATURE.</summary>
    public IReadOnlyList<ValueDigest> Digests { get; init; } = [];

    /// <summary>
    /// Reads the claims from a signed text without checking its signature. False if they are malformed, or there are
    /// more digests or permissions than a handle may have values.
    /// </summary>
    public static bool TryRead(JsonWebSignature signature, [NotNullWhen(true)] out HandleClaims? claims)
    {
        claims = null;
        if (!JsonText.TryParse(signature.Payload, out var document))
        {
            return false;
        }
        using (document)
        {
            claims = Read(document.RootElement);
            return claims is not null;
        }
    }

    private static HandleClaims? Read(JsonElement root)
    {
        if (
            root.ValueKind != JsonValueKind.Object
            || !TryPermissions(root, out var permissions)
            || !TryChain(root, out var chain)
            || !TryDigests(root, out var algorithm, out var digests)
            || !HasTime(root, "iat")
            || !HasTime(root, "nbf")
            || !HasTime(root, "exp")
            || !TryKey(root, out var key)
        )
        {
            return null;
        }
        return new HandleClaims
        {
            Issuer = JsonText.Find(root, "iss"),
            Subject = JsonText.Find(root, "sub"),
            IssuedAt = JsonText.FindTime(root, "iat"),
            NotBefore = JsonText.FindTime(root, "nbf"),
            Expires = JsonText.FindTime(root, "exp"),
            Permissions = permissions,
            PublicKey = key,
            Chain = chain,
            DigestAlgorithm = algorithm,
            Digests = digests,
        };
    }

    /// <summary>True at or after <see cref="NotBefore"/> and before <see cref="Expires"/>.</summary>
    public bool IsValidAt(DateTimeOffset now) => !(now < NotBefore) && !(now >= Expires);

    /// <summary>The claims as JSON text in UTF-8, ready to be signed.</summary>
    /// <exception cref="NotSupportedException">The public key is neither RSA nor DSA.</exception>
    public byte[] ToJson()
    {
        var output = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(output);
        writer.WriteStartObject();
        WriteText(writer, "iss", Issuer);
        WriteText(writer, "sub", Subject);
        WriteTime(writer, "iat", IssuedAt);
        WriteTime(writer, "nbf", NotBefore);
        WriteTime(writer, "exp", Expires);
        WriteCertificate(writer);
        if (DigestAlgorithm is not null)
        {
            WriteDigests(writer);
        }
        writer.WriteEndObject();
        writer.Flush();
        return output.WrittenSpan.ToArray();
    }

    private void WriteCertificate(Utf8JsonWriter writer)
    {
        if (Permissions.Count > 0)
        {
            writer.WriteStartArray("perms");
            foreach (var permission in Permissions)
            {
                writer.WriteStartObject();
                WriteText(writer, "handle", permission.Handle);
                writer.WriteString("perm", permission.Permission);
                writer.WriteEndObject();
            }
            writer.WriteEndArray();
        }
        if (PublicKey is not null)
        {
            writer.WritePropertyName("publicKey");
            if (!JsonWebKey.TryWrite(writer, PublicKey))
            {
                throw new NotSupportedException("Only RSA, DSA and SM2 keys have a JSON form.");
            }
        }
        if (Chain.Count > 0)
        {
            writer.WriteStartArray("chain");
            foreach (var link in Chain)
            {
                writer.WriteStringValue(link);
            }
            writer.WriteEndArray();
        }
    }

    private void WriteDigests(Utf8JsonWriter writer)
    {
        writer.WriteStartObject("digests");
        writer.WriteString("alg", DigestAlgorithm);
        writer.WriteStartArray("digests");
        foreach (var digest in Digests)
        {
            writer.WriteStartObject();
            writer.WriteNumber("index", digest.Index);
            writer.WriteBase64String("digest", digest.Digest.Span);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteText(Utf8JsonWriter writer, string name, string? text)
    {
        if (text is not null)
        {
            writer.WriteString(name, text);
        }
    }

    private static void WriteTime(Utf8JsonWriter writer, string name, DateTimeOffset? time)
    {
        if (time is { } at)
        {
            writer.WriteNumber(name, at.ToUnixTimeSeconds());
        }
    }

    /// <summary>False if a time is there but cannot be read: it must not count as missing.</summary>
    private static bool HasTime(JsonElement root, string name) =>
        !root.TryGetProperty(name, out _) || JsonText.FindTime(root, name) is not null;

    /// <summary>Reads the key. It is null if there is none; the result is false if the key cannot be read.</summary>
    private static bool TryKey(JsonElement root, out PublicKey? key)
    {
        key = null;
        return !root.TryGetProperty("publicKey", out var element) || JsonWebKey.TryRead(element, out key);
    }

    private static bool TryPermissions(JsonElement root, out List<HandlePermission> permissions)
    {
        permissions = [];
        if (!root.TryGetProperty("perms", out var array))
        {
            return true;
        }
        if (array.ValueKind != JsonValueKind.Array || array.GetArrayLength() > MessageLimits.MaxValues)
        {
            return false;
        }
        foreach (var element in array.EnumerateArray())
        {
            if (JsonText.Find(element, "perm") is not { } permission)
            {
                return false;
            }
            permissions.Add(new HandlePermission(JsonText.Find(element, "handle"), permission));
        }
        return true;
    }

    private static bool TryChain(JsonElement root, out List<string> chain)
    {
        chain = [];
        if (!root.TryGetProperty("chain", out var array))
        {
            return true;
        }
        if (array.ValueKind != JsonValueKind.Array || array.GetArrayLength() > MaxChain)
        {
            return false;
        }
        foreach (var element in array.EnumerateArray())
        {
            if (JsonText.Text(element) is not { } link)
            {
                return false;
            }
            chain.Add(link);
        }
        return true;
    }

    private static bool TryDigests(JsonElement root, out string? algorithm, out List<ValueDigest> digests)
    {
        algorithm = null;
        digests = [];
        if (!root.TryGetProperty("digests", out var outer))
        {
            return true;
        }
        algorithm = JsonText.Find(outer, "alg");
        if (
            algorithm is null
            || !outer.TryGetProperty("digests", out var array)
            || array.ValueKind != JsonValueKind.Array
            || array.GetArrayLength() > MessageLimits.MaxValues
        )
        {
            return false;
        }
        foreach (var element in array.EnumerateArray())
        {
            if (
                element.ValueKind != JsonValueKind.Object
                || !element.TryGetProperty("index", out var index)
                || index.ValueKind != JsonValueKind.Number
                || !index.TryGetInt32(out var number)
                || JsonText.FindBase64(element, "digest") is not { } digest
            )
            {
                return false;
            }
            digests.Add(new ValueDigest(number, digest));
        }
        return true;
    }
}
