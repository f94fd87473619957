using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Primitives;
using IdResolution.Core.Records;
using IdResolution.Core.Templates;

namespace IdResolution.Core.Tests.Records;

/// <summary>
/// What makes a registration recognisable. Digests are stored: the same content must have the same one for ever.
/// </summary>
[TestFixture]
public sealed class RegistrationDigestTests
{
    private static readonly byte[] s_key = [.. Enumerable.Range(0, NodeSecrets.KeyLength).Select(i => (byte)i)];
    private static readonly NodeSecrets s_secrets = new(s_key);

    private static readonly Template s_template = new()
    {
        Code = "t",
        Attributes = [Attribute("b", 2_000), Attribute("a", 2_001)],
    };

    [Test]
    public void Of_Content_IsTheHmacOfItsPartsEachBehindItsLength_AttributesByCode()
    {
        var value = new RawValue
        {
            Index = 5,
            Type = "URL",
            Data = [1, 2],
        };
        var content = new RecordContent(s_template, ["two", "one"], [value]);
        using var form = new MemoryStream();
        foreach (var text in new[] { "t", "88/X", "a", "one", "b", "two", "" })
        {
            Part(form, Encoding.UTF8.GetBytes(text));
        }
        Number(form, 5);
        Part(form, value.Encode());
        var key = HKDF.DeriveKey(
            HashAlgorithmName.SHA256,
            s_key,
            32,
            salt: [],
            info: Encoding.UTF8.GetBytes("idresolution registration digest")
        );

        Assert.That(
            RegistrationDigest.Of(content, s_secrets, LookupKey.Of("88/x")),
            Is.EqualTo(HMACSHA256.HashData(key, form.ToArray()))
        );
    }

    [Test]
    public void Of_ContentsThatDifferAnywhere_Differ()
    {
        var url = new RawValue
        {
            Index = 5,
            Type = "URL",
            Data = [1],
        };
        var other = s_template with { Code = "t2" };
        var digests = new[]
        {
            Digest(s_template, ["x", null]),
            Digest(s_template, [null, "x"]),
            Digest(s_template, ["x", "x"]),
            Digest(s_template, ["xx", null]),
            Digest(s_template, [null, null]),
            Digest(other, ["x", null]),
            Digest(null, [], url),
            Digest(null, [], url with { Index = 6 }),
            Digest(null, [], url with { Type = "URLS" }),
            Digest(null, [], url with { Data = [1, 1] }),
            Digest(null, [], url, url with { Index = 6 }),
            Digest(s_template, ["x", null], url),
            RegistrationDigest.Of(new RecordContent(s_template, ["x", null], []), s_secrets, LookupKey.Of("88/x")),
            RegistrationDigest.Of(new RecordContent(s_template, ["x", null], []), s_secrets, LookupKey.Of("88/y")),
        };

        Assert.That(digests.Select(Convert.ToHexString), Is.Unique);
    }

    [Test]
    public void Of_AnotherVersionOfTheTemplate_IsTheSame() =>
        Assert.That(Digest(s_template with { Version = 2 }, ["x", null]), Is.EqualTo(Digest(s_template, ["x", null])));

    private static byte[] Digest(Template? template, string?[] attributes, params RawValue[] values) =>
        RegistrationDigest.Of(new RecordContent(template, attributes, values), s_secrets, null);

    private static AttributeDefinition Attribute(string code, int index) => new() { Code = code, Index = index };

    private static void Part(Stream form, byte[] bytes)
    {
        Number(form, bytes.Length);
        form.Write(bytes);
    }

    private static void Number(Stream form, int number)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, number);
        form.Write(bytes);
    }
}
