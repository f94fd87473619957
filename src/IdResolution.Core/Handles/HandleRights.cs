using IdResolution.Core.Errors;
using IdResolution.Core.Records;

namespace IdResolution.Core.Handles;

/// <summary>
/// Decides the rights of an administrator on a handle, by its HS_ADMIN values and the groups (HS_VLIST) that they name
/// (RFC 3651 §3.2.1, §3.2.6). Thread-safe.
/// </summary>
/// <param name="administrators">The administrators of the server. They have every right on every handle.</param>
/// <param name="reader">Decodes HS_ADMIN and HS_VLIST values.</param>
/// <param name="lookup">Finds the handles with the groups.</param>
public sealed class HandleRights(IReadOnlyList<Reference> administrators, IAdminValueReader reader, HandleLookup lookup)
{
    /// <summary>The type of values that list the members of a group.</summary>
    public const string GroupType = "HS_VLIST";

    /// <summary>True for an administrator of the server, who has every right on every handle.</summary>
    public bool IsServerAdmin(HandleIdentity identity)
    {
        ArgumentNullException.ThrowIfNull(identity);
        return administrators.Any(admin => HandleNames.IsSame(admin, identity.Reference));
    }

    /// <summary>The refusal of what only administrators of the server may do, or null.</summary>
    internal Error? RefuseServerAdmin(HandleIdentity? identity)
    {
        if (identity is null)
        {
            return HandleErrors.Unidentified;
        }
        return IsServerAdmin(identity) ? null : HandleErrors.NotServerAdministrator;
    }

    /// <summary>The rights of an identity by all values of a handle, groups included.</summary>
    public async ValueTask<AdminRights> OfAsync(
        HandleIdentity identity,
        IReadOnlyList<RawValue> values,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(values);
        if (IsServerAdmin(identity))
        {
            return AdminRights.All;
        }
        var rights = AdminRights.None;
        GroupWalk? groups = null;
        foreach (var value in values)
        {
            if (!IsAdminValue(value.Type) || !reader.TryReadAdmin(value.Data, out var grant))
            {
                continue;
            }
            if (HandleNames.IsSame(grant.Administrator, identity.Reference))
            {
                rights |= grant.Rights;
            }
            else
            {
                (groups ??= new GroupWalk(lookup, reader, identity)).Start(grant);
            }
        }
        return groups is null ? rights : await groups.RunAsync(rights, cancellationToken);
    }

    /// <summary>True for the type HS_ADMIN, in any case of letters.</summary>
    public static bool IsAdminValue(string type)
    {
        ArgumentNullException.ThrowIfNull(type);
        return type.Equals(RawValue.AdminType, StringComparison.OrdinalIgnoreCase);
    }
}
