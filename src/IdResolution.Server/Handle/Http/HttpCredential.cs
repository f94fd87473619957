using System.Text.Json;
using IdResolution.HandleProtocol.Values;
using IdResolution.Server.Http;

namespace IdResolution.Server.Handle.Http;

/// <summary>
/// Credentials of the scheme <c>Handle</c>: <c>Authorization: Handle sessionId="…", id="300%3A0.NA/88.1",
/// type="HS_SECKEY", …</c>. Each field may also come in the body of a session call or as a parameter.
/// </summary>
internal sealed class HttpCredential
{
    public const string Scheme = "Handle";

    // Longer fields are ignored. No valid proof needs more.
    private const int LongestField = 8_192;

    private static readonly string[] Names =
    [
        "sessionId",
        "id",
        "type",
        "cnonce",
        "alg",
        "signature",
        "salt",
        "iterations",
        "length",
    ];

    private readonly Dictionary<string, string> _fields;

    private HttpCredential(Dictionary<string, string> fields) => _fields = fields;

    /// <summary>The id of the session, or null.</summary>
    public string? SessionId => Find("sessionId");

    /// <summary>HS_SECKEY or HS_PUBKEY; empty if absent.</summary>
    public string Type => Find("type") ?? "";

    /// <summary>The hash or MAC algorithm. SHA-1 if absent.</summary>
    public string Algorithm => Find("alg") ?? "SHA1";

    /// <summary>True if the credentials answer the session's nonce.</summary>
    public bool HasProof => Find("signature") is not null;

    /// <summary>True if the client certificate of the connection is the proof.</summary>
    public bool IsCertificate { get; private init; }

    /// <summary>Reads the credentials of a call; null if it has none. False if the header cannot be read.</summary>
    public static bool TryRead(HttpCall call, out HttpCredential? credential)
    {
        var fields = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        credential = null;
        foreach (var name in Names)
        {
            var value = OfBody(call.Credentials, name) ?? call.Parameters.Find(name);
            if (Usable(value))
            {
                fields[name] = value!;
            }
        }
        var hasHeader = IsOne(call.Context.Request.Headers.Authorization, out var rest);
        if (hasHeader && !TryFields(rest, fields))
        {
            return false;
        }
        // A browser sends its client certificate with any request that a page makes. A page of another site cannot set
        // this header, so only the header can ask for the certificate as proof.
        var isCertificate =
            hasHeader
            && fields.TryGetValue("clientCert", out var asked)
            && asked.Equals("true", StringComparison.OrdinalIgnoreCase);
        if (hasHeader || fields.ContainsKey("sessionId"))
        {
            credential = new HttpCredential(fields) { IsCertificate = isCertificate };
        }
        return true;
    }

    /// <summary>Reads the credentials from parameters alone, for a verification.</summary>
    public static HttpCredential OfParameters(HttpParameters parameters) =>
        new(
            Names
                .Append("nonce")
                .Where(n => Usable(parameters.Find(n)))
                .ToDictionary(n => n, n => parameters.Find(n)!, StringComparer.OrdinalIgnoreCase)
        );

    /// <summary>Reads the user that the credentials name. False if they name none.</summary>
    public bool TryUser([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out ValueReference? user) =>
        TryUser(Find("id"), out user);

    /// <summary>Reads INDEX:HANDLE, percent-encoded or not. A handle without index means any of its keys.</summary>
    public static bool TryUser(
        string? text,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out ValueReference? user
    )
    {
        user = null;
        return text is not null && ValueReference.TryParse(RequestTarget.Decode(text) ?? text, out user);
    }

    /// <summary>Reads a field of bytes in base64. False if it is not base64. A missing field gives no bytes.</summary>
    public bool TryBytes(string name, out byte[] bytes)
    {
        var text = Find(name) ?? "";
        bytes = new byte[text.Length];
        var done = Convert.TryFromBase64String(text, bytes, out var length);
        bytes = bytes[..length];
        return done;
    }

    /// <summary>A numeric field; 0 if it is missing or no number.</summary>
    public int Number(string name) =>
        int.TryParse(Find(name), System.Globalization.NumberStyles.None, null, out var number) ? number : 0;

    private static bool Usable(string? value) => value is { Length: <= LongestField };

    private string? Find(string name) => _fields.GetValueOrDefault(name);

    private static bool IsOne(string? authorization, out ReadOnlySpan<char> rest)
    {
        rest = authorization;
        if (
            !rest.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            || (rest.Length > Scheme.Length && !char.IsWhiteSpace(rest[Scheme.Length]))
        )
        {
            return false;
        }
        rest = rest[Scheme.Length..];
        return true;
    }

    private static string? OfBody(JsonElement? body, string name)
    {
        if (body is not { ValueKind: JsonValueKind.Object } fields || !fields.TryGetProperty(name, out var field))
        {
            return null;
        }
        try
        {
            return field.ValueKind == JsonValueKind.String ? field.GetString() : field.GetRawText();
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair is not valid text.
            return null;
        }
    }

    /// <summary>
    /// Reads fields <c>name="value"</c>. Commas separate them. Some clients use only spaces, which RFC 9110 §11.4 does
    /// not allow.
    /// </summary>
    private static bool TryFields(ReadOnlySpan<char> text, Dictionary<string, string> fields)
    {
        while (true)
        {
            text = text.TrimStart(" \t,");
            if (text.IsEmpty)
            {
                return true;
            }
            var equals = text.IndexOf('=');
            if (equals <= 0)
            {
                return false;
            }
            var name = text[..equals].Trim().ToString();
            text = text[(equals + 1)..].TrimStart();
            if (!TryValue(ref text, out var value))
            {
                return false;
            }
            fields[name] = value;
        }
    }

    private static bool TryValue(ref ReadOnlySpan<char> text, out string value)
    {
        if (!text.StartsWith('"'))
        {
            var end = text.IndexOfAny(", \t");
            end = end < 0 ? text.Length : end;
            value = text[..end].ToString();
            text = text[end..];
            return true;
        }
        var read = new System.Text.StringBuilder();
        for (var i = 1; i < text.Length; i++)
        {
            if (text[i] == '"')
            {
                value = read.ToString();
                text = text[(i + 1)..];
                return true;
            }
            if (text[i] == '\\' && i + 1 < text.Length)
            {
                i++;
            }
            read.Append(text[i]);
        }
        value = "";
        return false;
    }
}
