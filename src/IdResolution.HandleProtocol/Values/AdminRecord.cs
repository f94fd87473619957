using System.Diagnostics.CodeAnalysis;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Values;

/// <summary>The data of an HS_ADMIN value (RFC 3651 §3.2.1).</summary>
/// <param name="Permissions">What the administrator may do.</param>
/// <param name="Administrator">The administrator's key, or an HS_VLIST value. Index 0 is any key of the handle.</param>
public sealed record AdminRecord(AdminPermissions Permissions, ValueReference Administrator)
{
    private const int Digits = 12;

    /// <summary>True if two surplus zero bytes follow the data, as old software writes them.</summary>
    public bool HasSurplusBytes { get; init; }

    /// <summary>The permissions as 12 digits 0 or 1; <see cref="AdminPermissions.ListHandles"/> comes first.</summary>
    public string PermissionText =>
        string.Create(
            Digits,
            Permissions,
            (text, permissions) =>
            {
                for (var i = 0; i < Digits; i++)
                {
                    text[i] = ((int)permissions >> (Digits - 1 - i) & 1) == 0 ? '0' : '1';
                }
            }
        );

    /// <summary>
    /// Reads 1 to 12 digits 0 and 1, the lowest bit last, or <c>*</c> for all permissions; false for any other text.
    /// </summary>
    public static bool TryParsePermissions(string text, out AdminPermissions permissions)
    {
        permissions = text == "*" ? AdminPermissions.All : AdminPermissions.None;
        if (text == "*")
        {
            return true;
        }
        foreach (var digit in text)
        {
            permissions = (AdminPermissions)((ushort)permissions << 1 | (digit == '1' ? 1 : 0));
            if (digit is not ('0' or '1'))
            {
                return false;
            }
        }
        return text.Length is > 0 and <= Digits;
    }

    /// <summary>Reads the data; false if they are malformed. Two surplus bytes of old software are tolerated.</summary>
    public static bool TryRead(ReadOnlySpan<byte> data, [NotNullWhen(true)] out AdminRecord? record)
    {
        record = null;
        var reader = new WireReader(data);
        if (
            !reader.TryUInt16(out var permissions)
            || !BodyLists.TryReference(ref reader, out var administrator)
            || reader.Rest.Length is not (0 or 2)
        )
        {
            return false;
        }
        record = new AdminRecord((AdminPermissions)permissions, administrator)
        {
            HasSurplusBytes = reader.Rest.Length == 2,
        };
        return true;
    }

    /// <summary>Writes the data, with the surplus bytes if there were any.</summary>
    public void Write(WireWriter writer)
    {
        writer.UInt16((ushort)Permissions);
        BodyLists.Write(writer, Administrator);
        if (HasSurplusBytes)
        {
            writer.UInt16(0);
        }
    }

    /// <summary>The bytes that <see cref="Write"/> writes: the data of an HS_ADMIN value.</summary>
    public byte[] ToData() => Encoded.Of(Write);
}
