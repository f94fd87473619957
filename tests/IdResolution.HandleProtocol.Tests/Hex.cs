namespace IdResolution.HandleProtocol.Tests;

/// <summary>Bytes written as people read them.</summary>
internal static class Hex
{
    /// <summary>The bytes of hex digits; blanks, line ends and what follows a semicolon are for reading.</summary>
    public static byte[] Of(string text) =>
        Convert.FromHexString(
            string.Concat(
                text.Split('\n').Select(line => line.Split(';')[0]).SelectMany(line => line.Where(char.IsAsciiHexDigit))
            )
        );
}
