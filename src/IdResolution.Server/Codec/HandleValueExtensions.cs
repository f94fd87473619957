using IdResolution.Core.Records;
using IdResolution.HandleProtocol.Values;

namespace IdResolution.Server.Codec;

/// <summary>Values as the core has them and as the codec has them.</summary>
internal static class HandleValueExtensions
{
    /// <summary>As the codec has it.</summary>
    /// <param name="value">The value.</param>
    /// <param name="updatedAt">Microseconds since 1970 UTC: its timestamp is that of the record's last change.</param>
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

    /// <summary>As the core has it.</summary>
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

    /// <summary>As the core has them.</summary>
    public static RawValue[] ToRawValues(this IReadOnlyList<HandleValue> values) => [.. values.Select(ToRawValue)];

    /// <summary>As the core has it.</summary>
    public static Reference ToReference(this ValueReference reference) => new(reference.Handle, reference.Index);
}
