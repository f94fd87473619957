using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Documents;
using IdResolution.Core.Errors;

namespace IdResolution.Core.Administration;

/// <summary>Makes and revokes API keys, for administrators. Thread-safe.</summary>
public sealed class KeyIssuer(DocumentEditor documents, TimeProvider time)
{
    /// <summary>Makes a key of 256 random bits. The text is in the answer alone: it is kept nowhere.</summary>
    public async Task<Result<(ApiKey Key, string Text)>> CreateAsync(
        Role role,
        string? name,
        DateTimeOffset? expiresAt,
        int? rateLimit,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        if (!caller.Is(Role.Admin))
        {
            return AccessPolicy.Refusal(caller, Role.Admin);
        }
        var errors = new List<Error>();
        if (role == Role.Anonymous || !Enum.IsDefined(role))
        {
            errors.Add(
                Error.Of(
                    ErrorCode.InvalidValue,
                    "role must be admin, registrar, reader or partner.",
                    "role 应为 admin、registrar、reader 或 partner。",
                    "role"
                )
            );
        }
        if (name?.Length > 100 || name?.Any(char.IsControl) == true)
        {
            errors.Add(
                Error.Of(
                    ErrorCode.InvalidValue,
                    "name has at most 100 characters, none of them control characters.",
                    "name 最多 100 个字符，不含控制字符。",
                    "name"
                )
            );
        }
        if (expiresAt <= time.GetUtcNow())
        {
            errors.Add(
                Error.Of(
                    ErrorCode.InvalidValue,
                    "expiresAt must be in the future.",
                    "expiresAt 应晚于当前时间。",
                    "expiresAt"
                )
            );
        }
        if (rateLimit is < 1 or > 1_000_000)
        {
            errors.Add(
                Error.Of(
                    ErrorCode.InvalidValue,
                    "rateLimit must be 1 to 1,000,000 requests a second.",
                    "rateLimit 应为每秒 1 至 1,000,000 次请求。",
                    "rateLimit"
                )
            );
        }
        if (errors.Count > 0)
        {
            return Error.Combine(errors);
        }
        var text = "idr_" + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        var key = new ApiKey
        {
            Id = "k" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6)),
            Name = name,
            Role = role,
            Hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))),
            CreatedAt = time.GetUtcNow(),
            ExpiresAt = expiresAt?.ToUniversalTime(),
            RateLimit = rateLimit,
        };
        return await documents.EditAsync<(ApiKey, string)>(
            caller,
            "key.create",
            key.Id,
            current =>
            {
                IReadOnlyList<DocumentWrite> writes =
                [
                    documents.Write(current, LogKind.Key, key.Id, key, CatalogJson.Default.ApiKey, caller),
                ];
                return (writes, (key, text));
            },
            cancellationToken
        );
    }

    /// <summary>Revokes a key for good. Revoking twice is no fault.</summary>
    public Task<Result<ApiKey>> RevokeAsync(string id, Caller caller, CancellationToken cancellationToken) =>
        documents.EditAsync<ApiKey>(
            caller,
            "key.revoke",
            id,
            current =>
            {
                if (current.Keys.FirstOrDefault(k => k.Id == id) is not { } key)
                {
                    return Error.Of(ErrorCode.NotFound, $"There is no key {id}.", $"没有密钥 {id}。", "id");
                }
                var revoked = key with { RevokedAt = key.RevokedAt ?? time.GetUtcNow() };
                IReadOnlyList<DocumentWrite> writes = key.RevokedAt is null
                    ? [documents.Write(current, LogKind.Key, id, revoked, CatalogJson.Default.ApiKey, caller)]
                    : [];
                return (writes, revoked);
            },
            cancellationToken
        );
}
