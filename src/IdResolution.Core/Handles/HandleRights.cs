using IdResolution.Core.Records;

namespace IdResolution.Core.Handles;

/// <summary>
/// What an administrator may do to a handle, as HS_ADMIN values and the groups they name (HS_VLIST) say (RFC 3651
/// §3.2.1, §3.2.6). Thread-safe.
/// </summary>
/// <param name="administrators">Those of the server, who have every right on every handle.</param>
/// <param name="reader">Reads values.</param>
/// <param name="lookup">Finds groups.</param>
public sealed class HandleRights(IReadOnlyList<Reference> administrators, IAdminValueReader reader, HandleLookup lookup)
{
    /// <summary>The type of values that name administrators.</summary>
    public const string AdminType = "HS_ADMIN";

    /// <summary>The type of values that are groups of administrators.</summary>
    public const string GroupType = "HS_VLIST";

    /// <summary>True for those who have every right on every handle of this server.</summary>
    public bool IsServerAdmin(HandleIdentity identity)
    {
        ArgumentNullException.ThrowIfNull(identity);
        return administrators.Any(admin => HandleNames.IsSame(admin, identity.Reference));
    }

    /// <summary>The rights that the values of a handle give.</summary>
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

    /// <summary>True for the type HS_ADMIN.</summary>
    public static bool IsAdminValue(string type)
    {
        ArgumentNullException.ThrowIfNull(type);
        return type.Equals(AdminType, StringComparison.OrdinalIgnoreCase);
    }
}
