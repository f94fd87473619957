using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Keys;

/// <summary>A key of a kind that is recognised but not supported: its holder gets response code 404.</summary>
internal sealed class UnsupportedPublicKey(byte[] name, byte[] content) : PublicKey
{
    public override PublicKeyAlgorithm Algorithm => PublicKeyAlgorithm.Other;

    public static bool IsName(ReadOnlySpan<byte> name) => name.SequenceEqual("SM9_PUB_KEY"u8);

    public override ProofResult Verify(SignatureHash hash, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature) =>
        ProofResult.Unsupported;

    private protected override void Write(WireWriter writer)
    {
        WriteStart(writer, name);
        writer.Array(content);
    }
}
