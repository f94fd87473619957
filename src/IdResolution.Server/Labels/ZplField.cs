using System.Text;

namespace IdResolution.Server.Labels;

/// <summary>Escapes field data, so that the printer cannot read parts of it as commands.</summary>
internal static class ZplField
{
    /// <summary>
    /// Gives <c>^FH^FD…^FS</c>. Each byte of UTF-8 that is not plain printable ASCII becomes <c>_xx</c>: the command
    /// prefixes <c>^</c> and <c>~</c>, the indicator <c>_</c> itself, control characters and all text beyond ASCII. The
    /// printer decodes <c>_xx</c> after it has looked for commands. The label is pure ASCII, so no transport can damage
    /// it.
    /// </summary>
    /// <param name="text">The text to escape.</param>
    /// <param name="lead">Our own field data before the text, such as <c>MA,</c>. It is not escaped.</param>
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
