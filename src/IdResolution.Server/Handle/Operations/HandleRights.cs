using IdResolution.Core.Records;
using IdResolution.HandleProtocol.Values;
using IdResolution.Server.Handle.Sessions;
using IdResolution.Server.Options;

namespace IdResolution.Server.Handle.Operations;

/// <summary>
/// What an administrator may do to a handle, as HS_ADMIN values and the groups they name (HS_VLIST) say (RFC 3651
/// §3.2.1, §3.2.6). Thread-safe.
/// </summary>
internal sealed class HandleRights(NodeOptions options, HandleLookup lookup)
{
    /// <summary>The type of values that name administrators.</summary>
    public const string AdminType = "HS_ADMIN";

    /// <summary>True for those who have every right on every handle of this server.</summary>
    public bool IsServerAdmin(HandleIdentity identity) =>
        options.HandleAdmins.Exists(a =>
            ValueReference.TryParse(a, out var admin) && IsSame(admin, identity.Reference)
        );

    /// <summary>The rights that the values of a handle give.</summary>
    public async ValueTask<AdminPermissions> OfAsync(
        HandleIdentity identity,
        IReadOnlyList<RawValue> values,
        CancellationToken cancellationToken
    )
    {
        if (IsServerAdmin(identity))
        {
            return AdminPermissions.All;
        }
        var rights = AdminPermissions.None;
        GroupWalk? groups = null;
        foreach (var value in values)
        {
            if (!IsAdminValue(value.Type) || !AdminRecord.TryRead(value.Data, out var admin))
            {
                continue;
            }
            if (IsSame(admin.Administrator, identity.Reference))
            {
                rights |= admin.Permissions;
            }
            else
            {
                (groups ??= new GroupWalk(lookup, identity)).Start(admin.Administrator, admin.Permissions);
            }
        }
        return groups is null ? rights : await groups.RunAsync(rights, cancellationToken);
    }

    /// <summary>True for the type HS_ADMIN.</summary>
    public static bool IsAdminValue(string type) => type.Equals(AdminType, StringComparison.OrdinalIgnoreCase);

    /// <summary>Index 0 stands for any key of the handle.</summary>
    public static bool IsSame(ValueReference administrator, ValueReference identity) =>
        (administrator.Index == 0 || administrator.Index == identity.Index)
        && HandleName.SameFolded(HandleName.Qualify(administrator.Handle), HandleName.Qualify(identity.Handle));
}
