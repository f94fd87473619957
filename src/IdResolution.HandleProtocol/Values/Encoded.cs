using System.Buffers;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Values;

/// <summary>Collects in an array what a delegate writes.</summary>
internal static class Encoded
{
    public delegate void Writing(WireWriter writer);

    public static byte[] Of(Writing write)
    {
        var output = new ArrayBufferWriter<byte>();
        write(new WireWriter(output));
        return output.WrittenSpan.ToArray();
    }
}
