using IdResolution.Core.Identifiers;
using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Values;
using IdResolution.Server.Handle.Sessions;

namespace IdResolution.Server.Handle.Operations;

/// <summary>
/// Looks for an administrator in the groups (HS_VLIST) that the HS_ADMIN values of a handle name, and in groups of
/// those, nearest first. Each group is looked into once, however many values and groups name it. For one decision.
/// </summary>
internal sealed class GroupWalk(HandleLookup lookup, HandleIdentity identity)
{
    private const string GroupType = "HS_VLIST";

    // Groups looked into for one decision: a group of groups must not cost more than it is worth.
    private const int MaxGroups = 100;

    // Groups of other nodes asked for, since each may take as long as foreign resolution may.
    private const int MaxForeignGroups = 8;

    private readonly Dictionary<(LookupKey Handle, int Index), AdminPermissions> _named = [];
    private readonly Dictionary<(LookupKey Handle, int Index), List<(LookupKey Handle, int Index)>> _parents = [];
    private readonly HashSet<(LookupKey Handle, int Index)> _seen = [];
    private readonly HashSet<(LookupKey Handle, int Index)> _leading = [];
    private readonly Queue<(Identifier Handle, int Index)> _open = new();
    private AdminPermissions _rights;
    private AdminPermissions _wanted;
    private int _foreignGroups;

    /// <summary>Adds a group that an HS_ADMIN value names, with the rights it gives.</summary>
    public void Start(ValueReference group, AdminPermissions permissions)
    {
        if (HandleLookup.Parse(group.Handle) is { } handle)
        {
            var key = (handle.Key, group.Index);
            if (_named.TryAdd(key, permissions))
            {
                _open.Enqueue((handle, group.Index));
            }
            else
            {
                _named[key] |= permissions;
            }
            _wanted |= permissions;
        }
    }

    /// <summary>The rights given already, and those that the groups with the administrator in them give.</summary>
    public async ValueTask<AdminPermissions> RunAsync(AdminPermissions rights, CancellationToken cancellationToken)
    {
        _rights = rights;
        while ((_rights | _wanted) != _rights && _seen.Count < MaxGroups && _open.TryDequeue(out var next))
        {
            if (_seen.Add((next.Handle.Key, next.Index)))
            {
                await LookIntoAsync(next.Handle, next.Index, cancellationToken);
            }
        }
        return _rights;
    }

    private async ValueTask LookIntoAsync(Identifier handle, int index, CancellationToken cancellationToken)
    {
        var group = (handle.Key, index);
        var found =
            _foreignGroups < MaxForeignGroups
                ? await lookup.FindAnywhereAsync(handle, cancellationToken)
                : await lookup.FindAsync(handle, cancellationToken);
        // One that cannot be had ends the asking of others: nobody is a member of what is not known.
        _foreignGroups =
            found.IsForeign ? _foreignGroups + 1
            : found.Code == ResponseCode.NotResponsible ? MaxForeignGroups
            : _foreignGroups;
        foreach (var value in found.Values)
        {
            if (
                value.Index != index
                || !value.Type.Equals(GroupType, StringComparison.OrdinalIgnoreCase)
                || !ValueListRecord.TryRead(value.Data, out var list)
            )
            {
                continue;
            }
            foreach (var member in list.Members)
            {
                if (HandleRights.IsSame(member, identity.Reference))
                {
                    Lead(group);
                }
                else if (HandleLookup.Parse(member.Handle) is { } inner)
                {
                    Add(group, inner, member.Index);
                }
            }
        }
    }

    private void Add((LookupKey Handle, int Index) group, Identifier inner, int index)
    {
        var key = (inner.Key, index);
        if (_leading.Contains(key))
        {
            Lead(group);
        }
        else if (_parents.TryGetValue(key, out var parents))
        {
            parents.Add(group);
        }
        else
        {
            _parents.Add(key, [group]);
            _open.Enqueue((inner, index));
        }
    }

    /// <summary>The administrator is in a group, and so in those that it is in.</summary>
    private void Lead((LookupKey Handle, int Index) group)
    {
        var found = new Stack<(LookupKey Handle, int Index)>([group]);
        while (found.TryPop(out var next))
        {
            if (_leading.Add(next))
            {
                _rights |= _named.GetValueOrDefault(next);
                foreach (var parent in _parents.GetValueOrDefault(next) ?? [])
                {
                    found.Push(parent);
                }
            }
        }
    }
}
