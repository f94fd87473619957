using System.Security.Cryptography;
using System.Text;
using IdResolution.HandleProtocol.Values;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Keys;

/// <summary>A key of a kind that is recognised but not supported: its holder gets response code 404.</summary>
internal sealed class UnsupportedPublicKey : PublicKey
{
    private readonly byte[] _data;

    /// <summary>Takes a key that has a name and a content of its own.</summary>
    public UnsupportedPublicKey(byte[] name, byte[] content) =>
        _data = Encoded.Of(writer =>
        {
            WriteStart(writer, name);
            writer.Array(content);
        });

    /// <summary>Takes an X.509 SubjectPublicKeyInfo in DER.</summary>
    public UnsupportedPublicKey(ReadOnlyMemory<byte> der) =>
        _data = Encoding.ASCII.GetBytes(PemEncoding.WriteString("PUBLIC KEY", der.Span));

    public override PublicKeyAlgorithm Algorithm => PublicKeyAlgorithm.Other;

    public static bool IsName(ReadOnlySpan<byte> name) => name.SequenceEqual("SM9_PUB_KEY"u8);

    public override ProofResult Verify(SignatureHash hash, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature) =>
        ProofResult.Unsupported;

    private protected override void Write(WireWriter writer) => writer.Bytes(_data);
}
