using IdResolution.Core.Errors;
using IdResolution.Core.Records;

namespace IdResolution.Core.Handles;

/// <summary>Decides whether given rights suffice for a change to the values of a handle.</summary>
internal static class ValueRights
{
    public static RawValue? Find(IReadOnlyList<RawValue> values, int index)
    {
        foreach (var value in values)
        {
            if (value.Index == index)
            {
                return value;
            }
        }
        return null;
    }

    /// <summary>The refusal if the values may not be set, or null.</summary>
    public static Error? RefuseSetting(
        IReadOnlyList<RawValue> existing,
        IReadOnlyList<RawValue> values,
        AdminRights given
    ) =>
        values.All(value =>
            Find(existing, value.Index) is { } old
                ? MayWrite(old, given, ToModify(old, value))
                : given.HasFlag(ToAdd(value))
        )
            ? null
            : HandleErrors.Refused(given);

    /// <summary>The refusal if the values may not be removed, or null.</summary>
    public static Error? RefuseRemoving(IReadOnlyList<RawValue> existing, IReadOnlyList<int> indexes, AdminRights given)
    {
        if ((given & (AdminRights.RemoveValue | AdminRights.RemoveAdmin)) == 0)
        {
            // Without any right to remove, the caller must not learn which values there are.
            return HandleErrors.Refused(given);
        }
        foreach (var index in indexes)
        {
            if (Find(existing, index) is not { } value)
            {
                return HandleErrors.ValueAbsent(index);
            }
            if (!MayWrite(value, given, ToRemove(value)))
            {
                return HandleErrors.Refused(given);
            }
        }
        return null;
    }

    /// <summary>The refusal if the values may not replace all values of the handle, or null.</summary>
    public static Error? RefuseReplacing(FoundHandle existing, IReadOnlyList<RawValue> values, AdminRights given)
    {
        foreach (var old in existing.Values)
        {
            if (existing.IsTemplated && ValueIndex.IsOfTemplate(old.Index))
            {
                // These values are rendered, and disappear with the template.
                continue;
            }
            if (!MayWrite(old, given, Find(values, old.Index) is { } value ? ToModify(old, value) : ToRemove(old)))
            {
                return HandleErrors.Refused(given);
            }
        }
        return values.All(v => Find(existing.Values, v.Index) is not null || given.HasFlag(ToAdd(v)))
            ? null
            : HandleErrors.Refused(given);
    }

    /// <summary>
    /// True if everyone may write the values: each has public write, only its data changes, and its type grants
    /// nothing.
    /// </summary>
    public static bool IsPublicWrite(IReadOnlyList<RawValue> existing, IReadOnlyList<RawValue> values) =>
        values.All(value => Find(existing, value.Index) is { } old && IsPublicWrite(old, value));

    /// <summary>
    /// The existing values with the data of those given; null if one does not exist, has no public write, or is sent as
    /// of a type that grants something.
    /// </summary>
    public static RawValue[]? WithDataOf(IReadOnlyList<RawValue> existing, IReadOnlyList<RawValue> values)
    {
        var changed = new RawValue[values.Count];
        for (var i = 0; i < changed.Length; i++)
        {
            var value = values[i];
            if (
                Find(existing, value.Index) is not { } old
                || !old.Permissions.HasFlag(Permissions.PublicWrite)
                || value.IsOfProtocol
            )
            {
                return null;
            }
            changed[i] = old with { Data = value.Data };
        }
        return changed;
    }

    private static bool IsPublicWrite(RawValue old, RawValue value) =>
        old.Permissions.HasFlag(Permissions.PublicWrite)
        && value.Permissions == old.Permissions
        && value.Type == old.Type
        && value.Ttl == old.Ttl
        && value.TtlType == old.TtlType
        && value.References.SequenceEqual(old.References)
        && !old.IsOfProtocol;

    private static bool MayWrite(RawValue old, AdminRights given, AdminRights needed) =>
        old.Permissions.HasFlag(Permissions.AdminWrite) && given.HasFlag(needed);

    private static AdminRights ToAdd(RawValue value) =>
        HandleRights.IsAdminValue(value.Type) ? AdminRights.AddAdmin : AdminRights.AddValue;

    private static AdminRights ToRemove(RawValue value) =>
        HandleRights.IsAdminValue(value.Type) ? AdminRights.RemoveAdmin : AdminRights.RemoveValue;

    /// <summary>
    /// A change into HS_ADMIN needs the right to add one; a change from HS_ADMIN the right to remove one.
    /// </summary>
    private static AdminRights ToModify(RawValue old, RawValue value) =>
        (HandleRights.IsAdminValue(old.Type), HandleRights.IsAdminValue(value.Type)) switch
        {
            (true, true) => AdminRights.ModifyAdmin,
            (true, false) => AdminRights.RemoveAdmin | AdminRights.AddValue,
            (false, true) => AdminRights.RemoveValue | AdminRights.AddAdmin,
            _ => AdminRights.ModifyValue,
        };
}
