using System.Buffers;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Values;

/// <summary>What a writer writes, as an array.</summary>
internal static class Encoded
{
    /// <summary>Writes something.</summary>
    public delegate void Writing(WireWriter writer);

    /// <summary>The bytes written.</summary>
    public static byte[] Of(Writing write)
    {
        var output = new ArrayBufferWriter<byte>();
        write(new WireWriter(output));
        return output.WrittenSpan.ToArray();
    }
}
