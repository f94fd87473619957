using System.Buffers.Binary;
using System.Text;

namespace IdResolution.Tds.Protocol;

/// <summary>What this server reads of LOGIN7 (MS-TDS 2.2.6.4); the password is not among it.</summary>
internal sealed record Login7(int PacketSize, string User, string Database)
{
    private const int UserField = 40;
    private const int DatabaseField = 68;

    public static Login7 Read(byte[] payload) =>
        new(
            BinaryPrimitives.ReadInt32LittleEndian(payload.AsSpan(8)),
            Field(payload, UserField),
            Field(payload, DatabaseField)
        );

    private static string Field(byte[] payload, int position)
    {
        var offset = BinaryPrimitives.ReadUInt16LittleEndian(payload.AsSpan(position));
        var length = BinaryPrimitives.ReadUInt16LittleEndian(payload.AsSpan(position + 2));
        return Encoding.Unicode.GetString(payload, offset, length * 2);
    }
}
