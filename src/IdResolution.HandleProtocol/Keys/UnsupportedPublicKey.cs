using System.Security.Cryptography;
using System.Text;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Keys;

/// <summary>A key of a kind that is recognised but not supported: its holder gets response code 404.</summary>
/// <param name="name">The name before the content; empty for a SubjectPublicKeyInfo of X.509, which is PEM.</param>
/// <param name="content">The key, as it is written after its name, or in DER.</param>
internal sealed class UnsupportedPublicKey(byte[] name, byte[] content) : PublicKey
{
    public override PublicKeyAlgorithm Algorithm => PublicKeyAlgorithm.Other;

    public static bool IsName(ReadOnlySpan<byte> name) => name.SequenceEqual("SM9_PUB_KEY"u8);

    public override ProofResult Verify(SignatureHash hash, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature) =>
        ProofResult.Unsupported;

    private protected override void Write(WireWriter writer)
    {
        if (name.Length == 0)
        {
            writer.Bytes(Encoding.ASCII.GetBytes(PemEncoding.WriteString("PUBLIC KEY", content)));
            return;
        }
        WriteStart(writer, name);
        writer.Array(content);
    }
}
