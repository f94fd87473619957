using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;

namespace IdResolution.Core.Handles;

/// <summary>
/// Searches for an administrator in the groups (HS_VLIST) that the HS_ADMIN values of a handle name, and in groups
/// inside these, nearest first. Reads each group once. One object serves one decision.
/// </summary>
internal sealed class GroupWalk(HandleLookup lookup, IAdminValueReader reader, HandleIdentity identity)
{
    // The most groups read for one decision, to bound its cost.
    private const int MaxGroups = 100;

    // The most groups read from other nodes, because each may take as long as foreign resolution may.
    private const int MaxForeignGroups = 8;

    private readonly Dictionary<(LookupKey Handle, int Index), AdminRights> _named = [];
    private readonly Dictionary<(LookupKey Handle, int Index), List<(LookupKey Handle, int Index)>> _parents = [];
    private readonly HashSet<(LookupKey Handle, int Index)> _seen = [];
    private readonly HashSet<(LookupKey Handle, int Index)> _leading = [];
    private readonly Queue<(Identifier Handle, int Index)> _open = new();
    private AdminRights _rights;
    private AdminRights _wanted;
    private int _foreignGroups;

    /// <summary>Adds a group that an HS_ADMIN value names, with the rights it gives.</summary>
    public void Start(AdminGrant grant)
    {
        if (HandleNames.Parse(grant.Administrator.Handle) is { } handle)
        {
            var key = (handle.Key, grant.Administrator.Index);
            if (_named.TryAdd(key, grant.Rights))
            {
                _open.Enqueue((handle, grant.Administrator.Index));
            }
            else
            {
                _named[key] |= grant.Rights;
            }
            _wanted |= grant.Rights;
        }
    }

    /// <summary>Adds the rights of all groups that contain the administrator to <paramref name="rights"/>.</summary>
    public async ValueTask<AdminRights> RunAsync(AdminRights rights, CancellationToken cancellationToken)
    {
        _rights = rights;
        while ((_rights | _wanted) != _rights && _seen.Count < MaxGroups && _open.TryDequeue(out var next))
        {
            if (_seen.Add((next.Handle.Key, next.Index)))
            {
                LookInto((next.Handle.Key, next.Index), await FindAsync(next.Handle, cancellationToken));
            }
        }
        return _rights;
    }

    private async ValueTask<FoundHandle> FindAsync(Identifier handle, CancellationToken cancellationToken)
    {
        if (_foreignGroups >= MaxForeignGroups)
        {
            return await lookup.FindAsync(handle, cancellationToken);
        }
        var found = await lookup.FindAnywhereAsync(handle, default, cancellationToken);
        if (found.IsForeign)
        {
            _foreignGroups++;
        }
        else if (found.Error?.Code == ErrorCode.NotResponsible)
        {
            // After one foreign group cannot be read, no other is asked for. An unknown group has no members.
            _foreignGroups = MaxForeignGroups;
        }
        return found;
    }

    private void LookInto((LookupKey Handle, int Index) group, FoundHandle found)
    {
        foreach (var value in found.Values)
        {
            if (
                value.Index != group.Index
                || !value.Type.Equals(HandleRights.GroupType, StringComparison.OrdinalIgnoreCase)
                || !reader.TryReadGroup(value.Data, out var members)
            )
            {
                continue;
            }
            foreach (var member in members)
            {
                if (HandleNames.IsSame(member, identity.Reference))
                {
                    Lead(group);
                }
                else if (HandleNames.Parse(member.Handle) is { } inner)
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

    /// <summary>Adds the rights of a group with the administrator, and of all groups around it.</summary>
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
