namespace IdResolution.Core.Records;

/// <summary>
/// Permissions as the Handle.Net HTTP API writes them: four digits, each 0 or 1, for admin read, admin write, public
/// read and public write.
/// </summary>
public static class PermissionDigits
{
    /// <summary>Writes the four digits, such as <c>1110</c>.</summary>
    public static string Format(Permissions permissions) => Convert.ToString((byte)permissions, 2).PadLeft(4, '0');

    /// <summary>Parses exactly four digits; false for any other text.</summary>
    public static bool TryParse(string? text, out Permissions permissions)
    {
        permissions = Permissions.None;
        if (text is not { Length: 4 })
        {
            return false;
        }
        foreach (var bit in text)
        {
            if (bit is not ('0' or '1'))
            {
                return false;
            }
            permissions = (Permissions)(((byte)permissions << 1) | (bit - '0'));
        }
        return true;
    }
}
