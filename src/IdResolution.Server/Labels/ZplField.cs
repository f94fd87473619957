using System.Text;

namespace IdResolution.Server.Labels;

/// <summary>Field data that cannot be read as commands.</summary>
internal static class ZplField
{
    /// <summary>
    /// <c>^FH^FD…^FS</c> with everything but plain printable ASCII as <c>_xx</c>, one per byte of UTF-8: the command
    /// prefixes <c>^</c> and <c>~</c>, the indicator <c>_</c> itself, control characters and all text beyond ASCII. The
    /// printer undoes it after it has looked for commands; the label is ASCII, so no transport can spoil it.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="lead">Field data of ours before it, not escaped, such as <c>MA,</c>.</param>
    public static string Data(string text, string lead = "")
    {
        var data = new StringBuilder("^FH^FD").Append(lead);
        foreach (var octet in Encoding.UTF8.GetBytes(text))
        {
            if (octet is < 0x20 or > 0x7E or (byte)'^' or (byte)'~' or (byte)'_')
            {
                data.Append('_').Append(octet.ToString("X2"));
            }
            else
            {
                data.Append((char)octet);
            }
        }
        return data.Append("^FS").ToString();
    }
}
