namespace IdResolution.Tds.Protocol;

/// <summary>What a message is (MS-TDS 2.2.3.1.1).</summary>
internal enum PacketType : byte
{
    SqlBatch = 1,
    Rpc = 3,
    Response = 4,
    Attention = 6,
    TransactionManager = 14,
    Login7 = 16,
    PreLogin = 18,
}
