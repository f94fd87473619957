using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Documents;
using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Primitives;

namespace IdResolution.Core.Administration;

/// <summary>Makes and revokes API keys. Needs role admin. Thread-safe.</summary>
public sealed class KeyIssuer(DocumentEditor documents, TimeProvider time, AccessPolicy access, NodeSecrets secrets)
{
    /// <summary>The greatest length of a user name and of a secret, in characters (SNMS, 3.1).</summary>
    public const int MaxUser = 50;

    /// <summary>What the text of every key begins with.</summary>
    public const string Start = "idr_";

    private const int MaxSecret = 64;

    /// <summary>How many days a key lasts whose end is not given.</summary>
    public const int UsualDays = 365;

    /// <summary>The end of a key that shall never end.</summary>
    public static readonly DateTimeOffset Never = DateTimeOffset.MaxValue;

    /// <summary>
    /// Makes a key of 256 random bits. Only the answer has its text, which is stored nowhere. Without an end it ends
    /// after <see cref="UsualDays"/>. A key for a prefix below a homed one homes that prefix, so that an enterprise's
    /// records are held here.
    /// </summary>
    public async Task<Result<(ApiKey Key, string Text)>> CreateAsync(
        NewKey wanted,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        if (access.RequireKeyMaking(caller, wanted.Role) is { } refused)
        {
            return refused;
        }
        ArgumentNullException.ThrowIfNull(wanted);
        var text = Start + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        var key = KeyOf(wanted, text);
        if (Fault(key, wanted, documents.Current) is { } unfit)
        {
            return unfit;
        }
        if (
            Prefix.TryParse(key.Prefix, out var prefix)
            && (await PrefixHomer.HomeAsync(documents, [prefix], caller, cancellationToken)).Error is { } unhomed
        )
        {
            return unhomed;
        }
        var saved = await SaveAsync(key, wanted, caller, cancellationToken);
        return saved.IsOk ? (key, text) : saved.Error;
    }

    private ApiKey KeyOf(NewKey wanted, string text)
    {
        var id = "k" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6));
        return new ApiKey
        {
            Id = id,
            Name = wanted.Name,
            Role = wanted.Role,
            Hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))),
            CreatedAt = time.GetUtcNow(),
            ExpiresAt = EndOf(wanted.ExpiresAt),
            RateLimit = wanted.RateLimit,
            Prefix = wanted.Prefix is "" ? null : wanted.Prefix,
            Partner = wanted.Partner is "" ? null : wanted.Partner,
            Secret = wanted.Secret is null ? null : Sealed(wanted.Secret, id),
        };
    }

    private Task<Result<ApiKey>> SaveAsync(
        ApiKey key,
        NewKey wanted,
        Caller caller,
        CancellationToken cancellationToken
    ) =>
        documents.EditAsync<ApiKey>(
            caller,
            "key.create",
            key.Id,
            current =>
            {
                if (Fault(key, wanted, current) is { } fault)
                {
                    return fault;
                }
                IReadOnlyList<DocumentWrite> writes =
                [
                    documents.Write(current, LogKind.Key, key.Id, key, CatalogJson.Default.ApiKey, caller),
                ];
                return (writes, key);
            },
            cancellationToken
        );

    /// <summary>Revokes a key for ever. Revoking it again changes nothing.</summary>
    public Task<Result<ApiKey>> RevokeAsync(string id, Caller caller, CancellationToken cancellationToken) =>
        documents.EditAsync<ApiKey>(
            caller,
            "key.revoke",
            id,
            current =>
            {
                if (current.Keys.FirstOrDefault(k => k.Id == id) is not { } key)
                {
                    return NoKey(id);
                }
                var revoked = key with { RevokedAt = key.RevokedAt ?? time.GetUtcNow() };
                IReadOnlyList<DocumentWrite> writes = key.RevokedAt is null
                    ? [documents.Write(current, LogKind.Key, id, revoked, CatalogJson.Default.ApiKey, caller)]
                    : [];
                return (writes, revoked);
            },
            cancellationToken
        );

    /// <summary>The refusal for an id that no key has. What may be a key, or a part of one, is not said.</summary>
    private static Error NoKey(string id) =>
        IsId(id)
            ? Error.Of(ErrorCode.NotFound, $"There is no key {id}.", $"没有密钥 {id}。", "id")
            : Error.Of(
                ErrorCode.NotFound,
                "This is no key's id: ids are k and 12 hexadecimal digits, as the list of keys shows them. If you gave "
                    + "the key itself, take it for known to others: revoke it by its id.",
                "这不是密钥的 ID：ID 由 k 和 12 位十六进制数字组成，见密钥列表。如果输入的是密钥本身，则该密钥可能已泄露，请按其 ID 吊销。",
                "id"
            );

    private static bool IsId(string text) =>
        text is ['k', .. { Length: <= 12 } digits] && digits.All(char.IsAsciiHexDigitLower);

    private string Sealed(string secret, string id) =>
        Convert.ToBase64String(
            secrets.Encrypt(
                Encoding.UTF8.GetBytes(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)))),
                ApiKey.OwnerOf(id)
            )
        );

    private static void CheckSecret(NewKey wanted, NodeCatalog current, Faults faults)
    {
        if (wanted.Secret is not { } secret)
        {
            return;
        }
        if (wanted.Role == Role.Auditor)
        {
            faults.Add("secret", "is not for keys with role auditor", "不能用于角色为 auditor 的密钥");
        }
        if (secret.Length > MaxSecret || !SecretStrength.IsStrong(Encoding.UTF8.GetBytes(secret)))
        {
            faults.Add(
                "secret",
                $"has {SecretStrength.MinLength} to {MaxSecret} characters, and not the same few again and again",
                $"应为 {SecretStrength.MinLength} 至 {MaxSecret} 个字符，且不能是少数字符的重复"
            );
        }
        if (wanted.Name is not { Length: > 0 and <= MaxUser } user)
        {
            faults.Add(
                "name",
                $"is the user name of a key with a secret: 1 to {MaxUser} characters",
                $"是带密码的密钥的用户名，应为 1 至 {MaxUser} 个字符"
            );
        }
        else if (current.KeyTable.FindUser(user) is { } other)
        {
            faults.Add(
                Error.Of(
                    ErrorCode.AlreadyExists,
                    $"name: the key {other.Id} has the user name {user} already.",
                    $"name：密钥 {other.Id} 已使用用户名 {user}。",
                    "name"
                )
            );
        }
    }

    private DateTimeOffset? EndOf(DateTimeOffset? given)
    {
        var end = given?.ToUniversalTime() ?? time.GetUtcNow().AddDays(UsualDays);
        return end == Never ? null : end;
    }

    private Error? Fault(ApiKey key, NewKey wanted, NodeCatalog current)
    {
        var faults = Check(key, current);
        CheckSecret(wanted, current, faults);
        faults.TryCombine(out var error);
        return Faults.Join(wanted.Misread, error);
    }

    private Faults Check(ApiKey key, NodeCatalog current)
    {
        var faults = new Faults();
        if (key.Role == Role.Anonymous || !Enum.IsDefined(key.Role))
        {
            faults.Add(
                "role",
                "must be admin, registrar, reader, partner or auditor",
                "应为 admin、registrar、reader、partner 或 auditor"
            );
        }
        if (key.Name?.Length > 100 || key.Name?.Any(char.IsControl) == true)
        {
            faults.Add(
                "name",
                "has at most 100 characters, none of them control characters",
                "最多 100 个字符，不含控制字符"
            );
        }
        if (key.ExpiresAt <= time.GetUtcNow())
        {
            faults.Add("expiresAt", "must be in the future", "应晚于当前时间");
        }
        if (key.RateLimit is < 1 or > 1_000_000)
        {
            faults.Add("rateLimit", "must be 1 to 1,000,000 requests a second", "应为每秒 1 至 1,000,000 次请求");
        }
        if (key.Prefix is { } prefix)
        {
            CheckPrefix(prefix, key.Role, current, faults);
        }
        if (key.Partner is { } partner)
        {
            CheckPartner(partner, key, current, faults);
        }
        return faults;
    }

    /// <summary>
    /// What a partner sees is what grants show it, wherever it is: not also what is below a prefix. The SNMS protocol
    /// knows no grants, so no partner logs in there.
    /// </summary>
    private static void CheckPartner(string partner, ApiKey key, NodeCatalog current, Faults faults)
    {
        if (!current.Partners.ContainsKey(partner))
        {
            faults.Add(PartnerErrors.NoPartner(partner, ErrorCode.InvalidValue));
        }
        if (key.Role != Role.Partner)
        {
            faults.Add("role", "must be partner for a key of a partner", "与 partner 同时使用时应为 partner");
        }
        if (key.Prefix is not null)
        {
            faults.Add("prefix", "is not for keys of partners", "不能用于合作伙伴的密钥");
        }
        if (key.Secret is not null)
        {
            faults.Add("secret", "is not for keys of partners", "不能用于合作伙伴的密钥");
        }
    }

    /// <summary>
    /// A key is bound to a prefix that is homed here or below one that is. What administrators do is of the whole node,
    /// so their keys are bound to none.
    /// </summary>
    private static void CheckPrefix(string text, Role role, NodeCatalog current, Faults faults)
    {
        if (!Prefix.TryParse(text, out var prefix) || !current.IsHomedOrDerived(prefix.Text))
        {
            faults.Add(IdentifierErrors.NotResponsible(text, "prefix"));
        }
        if (role == Role.Admin)
        {
            faults.Add("prefix", "is not for keys with role admin", "不能用于角色为 admin 的密钥");
        }
    }
}
