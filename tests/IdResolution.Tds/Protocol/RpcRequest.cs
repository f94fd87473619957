namespace IdResolution.Tds.Protocol;

/// <summary>One remote procedure call (MS-TDS 2.2.6.6).</summary>
internal sealed record RpcRequest(string Procedure, IReadOnlyList<RpcParameter> Parameters)
{
    private const int ByNumber = 0xFFFF;

    /// <summary>The calls of one message, in order.</summary>
    public static List<RpcRequest> ReadAll(byte[] payload)
    {
        var reader = new WireReader(payload);
        reader.SkipHeaders();
        List<RpcRequest> requests = [];
        while (!reader.AtEnd)
        {
            requests.Add(Read(reader));
        }

        return requests;
    }

    private static RpcRequest Read(WireReader reader)
    {
        var length = reader.UInt16();
        var name = length == ByNumber ? Number(reader.UInt16()) : reader.Text(length);
        reader.UInt16();
        List<RpcParameter> parameters = [];
        while (!reader.AtEnd)
        {
            var first = reader.Byte();
            if (first is 0x80 or 0xFF or 0xFE)
            {
                break;
            }

            var parameter = reader.Text(first);
            reader.Byte();
            parameters.Add(ReadValue(reader, parameter));
        }

        return new RpcRequest(name, parameters);
    }

    private static RpcParameter ReadValue(WireReader reader, string name)
    {
        if (reader.Peek() == TableValue.Code)
        {
            reader.Byte();
            return new RpcParameter(name, null, TableValue.Read(reader));
        }

        var type = WireType.Read(reader);
        return new RpcParameter(name, type.Type, type.ReadValue(reader));
    }

    private static string Number(int number) =>
        number switch
        {
            10 => "sp_executesql",
            _ => $"procedure number {number}",
        };
}
