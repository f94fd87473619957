namespace IdResolution.Tds.Protocol;

/// <summary>The answer to PRELOGIN: no encryption, no MARS (MS-TDS 2.2.6.5).</summary>
internal static class PreLogin
{
    private const byte NotSupported = 2;
    private const byte Terminator = 0xFF;

    public static byte[] Answer()
    {
        byte[][] options =
        [
            [15, 0, 0x07, 0xD0, 0, 0],
            [NotSupported],
            [0],
            [],
            [0],
        ];
        var offset = (options.Length * 5) + 1;
        List<byte> header = [];
        foreach (var (index, option) in options.Index())
        {
            header.AddRange([(byte)index, (byte)(offset >> 8), (byte)offset, 0, (byte)option.Length]);
            offset += option.Length;
        }

        return [.. header, Terminator, .. options.SelectMany(option => option)];
    }
}
