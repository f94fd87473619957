using IdResolution.Core.Errors;
using IdResolution.Core.Records;

namespace IdResolution.Core.Handles;

/// <summary>Whether rights that were given suffice for what is to be done to the values of a handle.</summary>
internal static class ValueRights
{
    /// <summary>The value at an index, or null.</summary>
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

    /// <summary>Why values may not be set, or null.</summary>
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

    /// <summary>Why values may not be removed, or null.</summary>
    public static Error? RefuseRemoving(IReadOnlyList<RawValue> existing, IReadOnlyList<int> indexes, AdminRights given)
    {
        if ((given & (AdminRights.RemoveValue | AdminRights.RemoveAdmin)) == 0)
        {
            // Who may remove nothing learns nothing of what there is.
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

    /// <summary>Why values may not take the place of all those of a handle, or null.</summary>
    public static Error? RefuseReplacing(FoundHandle existing, IReadOnlyList<RawValue> values, AdminRights given)
    {
        foreach (var old in existing.Values)
        {
            if (existing.IsTemplated && ValueIndex.IsOfTemplate(old.Index))
            {
                // Rendered: with the template it goes.
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
    /// Whether everyone may put the values in the place of those that stand: their data alone, and nothing that grants
    /// anything.
    /// </summary>
    public static bool IsPublicWrite(IReadOnlyList<RawValue> existing, IReadOnlyList<RawValue> values) =>
        values.All(value => Find(existing, value.Index) is { } old && IsPublicWrite(old, value));

    private static bool IsPublicWrite(RawValue old, RawValue value) =>
        old.Permissions.HasFlag(Permissions.PublicWrite)
        && value.Permissions == old.Permissions
        && value.Type == old.Type
        && value.Ttl == old.Ttl
        && value.TtlType == old.TtlType
        && value.References.Count + old.References.Count == 0
        && !old.Type.StartsWith("HS_", StringComparison.OrdinalIgnoreCase);

    private static bool MayWrite(RawValue old, AdminRights given, AdminRights needed) =>
        old.Permissions.HasFlag(Permissions.AdminWrite) && given.HasFlag(needed);

    private static AdminRights ToAdd(RawValue value) =>
        HandleRights.IsAdminValue(value.Type) ? AdminRights.AddAdmin : AdminRights.AddValue;

    private static AdminRights ToRemove(RawValue value) =>
        HandleRights.IsAdminValue(value.Type) ? AdminRights.RemoveAdmin : AdminRights.RemoveValue;

    /// <summary>
    /// Making an HS_ADMIN of another value takes the right to add one, making another value of it that to remove one.
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
