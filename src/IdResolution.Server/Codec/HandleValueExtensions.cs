using IdResolution.Core.Records;
using IdResolution.HandleProtocol.Values;

namespace IdResolution.Server.Codec;

/// <summary>Converts values and references between the types of the core and those of the Handle codec.</summary>
internal static class HandleValueExtensions
{
    /// <summary><paramref name="updatedAt"/>, in microseconds since 1970 UTC, becomes the timestamp.</summary>
    public static HandleValue ToHandleValue(this RawValue value, long updatedAt) =>
        new()
        {
            Index = value.Index,
            Timestamp = (uint)(updatedAt / 1_000_000),
            TtlType = value.TtlType,
            Ttl = value.Ttl,
            Permissions = (ValuePermissions)value.Permissions,
            Type = value.Type,
            Data = value.Data,
            References =
                value.References.Count == 0
                    ? []
                    : [.. value.References.Select(r => new ValueReference(r.Handle, r.Index))],
        };

    public static RawValue ToRawValue(this HandleValue value) =>
        new()
        {
            Index = value.Index,
            Type = value.Type,
            Data = value.Data,
            TtlType = value.TtlType,
            Ttl = value.Ttl,
            Permissions = (Permissions)value.Permissions,
            References = value.References.Count == 0 ? [] : [.. value.References.Select(ToReference)],
        };

    public static RawValue[] ToRawValues(this IReadOnlyList<HandleValue> values) => [.. values.Select(ToRawValue)];

    public static Reference ToReference(this ValueReference reference) => new(reference.Handle, reference.Index);
}
