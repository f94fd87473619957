using IdResolution.Core.Records;
using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Values;
using IdResolution.Server.Hosting;

namespace IdResolution.Server.Handle;

/// <summary>What an administrator may do to a handle, as HS_ADMIN values and the groups they name (HS_VLIST) say (RFC 3651 §3.2.1, §3.2.6). Thread-safe.</summary>
internal sealed class HandleRights(Node node, HandleLookup lookup)
{
    /// <summary>The type of values that name administrators.</summary>
    public const string AdminType = "HS_ADMIN";

    private const string GroupType = "HS_VLIST";

    // Groups looked into for one decision: a group of groups must not cost more than it is worth.
    private const int MaxGroups = 100;

    // Groups of other nodes asked for, since each may take as long as foreign resolution may.
    private const int MaxForeignGroups = 8;

    /// <summary>True for those who have every right on every handle of this server.</summary>
    public bool IsServerAdmin(HandleIdentity identity) =>
        node.Options.HandleAdmins.Exists(a => ValueReference.TryParse(a, out var admin) && IsSame(admin, identity.Reference));

    /// <summary>The rights that the values of a handle give.</summary>
    public async ValueTask<AdminPermissions> OfAsync(HandleIdentity identity, IReadOnlyList<RawValue> values, CancellationToken cancellationToken)
    {
        if (IsServerAdmin(identity))
        {
            return AdminPermissions.All;
        }
        var rights = AdminPermissions.None;
        foreach (var value in values)
        {
            if (IsAdminValue(value.Type) && AdminRecord.TryRead(value.Data, out var admin) && (rights | admin.Permissions) != rights
                && await IsMemberAsync(identity, admin.Administrator, cancellationToken))
            {
                rights |= admin.Permissions;
            }
        }
        return rights;
    }

    /// <summary>True for the type HS_ADMIN.</summary>
    public static bool IsAdminValue(string type) => type.Equals(AdminType, StringComparison.OrdinalIgnoreCase);

    private async ValueTask<bool> IsMemberAsync(HandleIdentity identity, ValueReference administrator, CancellationToken cancellationToken)
    {
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var open = new Queue<ValueReference>([administrator]);
        var foreignGroups = 0;
        while (open.TryDequeue(out var next))
        {
            if (IsSame(next, identity.Reference))
            {
                return true;
            }
            if (seen.Count >= MaxGroups || !seen.Add(next.ToString()) || HandleLookup.Parse(next.Handle) is not { } group)
            {
                continue;
            }
            var found = foreignGroups < MaxForeignGroups ? await lookup.FindAnywhereAsync(group, cancellationToken) : await lookup.FindAsync(group, cancellationToken);
            // One that cannot be had ends the asking of others: nobody is a member of what is not known.
            foreignGroups = found.IsForeign ? foreignGroups + 1 : found.Code == ResponseCode.NotResponsible ? MaxForeignGroups : foreignGroups;
            foreach (var value in found.Values)
            {
                if (value.Index == next.Index && value.Type.Equals(GroupType, StringComparison.OrdinalIgnoreCase) && ValueListRecord.TryRead(value.Data, out var list))
                {
                    foreach (var member in list.Members)
                    {
                        open.Enqueue(member);
                    }
                }
            }
        }
        return false;
    }

    /// <summary>Index 0 stands for any key of the handle.</summary>
    private static bool IsSame(ValueReference administrator, ValueReference identity) =>
        (administrator.Index == 0 || administrator.Index == identity.Index) && HandleName.SameFolded(HandleName.Qualify(administrator.Handle), HandleName.Qualify(identity.Handle));
}
