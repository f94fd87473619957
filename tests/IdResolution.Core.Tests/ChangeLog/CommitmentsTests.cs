using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using FsCheck.Fluent;
using IdResolution.Core.ChangeLog;

namespace IdResolution.Core.Tests.ChangeLog;

[TestFixture]
public sealed class CommitmentsTests
{
    private static readonly byte[] s_salt = [.. Enumerable.Range(1, 16).Select(i => (byte)i)];

    /// <summary>The examples of RFC 9901 §4.2.1 and §4.2.2, with the digests that it gives.</summary>
    [TestCase(
        """["_26bc4LT-ac6q2KI6cBW5es", "family_name", "Möbius"]""",
        "X9yH0Ajrdm1Oij4tWso9UzzKJvPoDxwmuEcO3XAdRC0"
    )]
    [TestCase("""["lklxF5jMYlGTPUovMNIvCA", "US"]""", "pFndjkZ_VCzmyTa6UjlZo3dh-ko8aIKQc9DlGzhaVYo")]
    public void Digest_OfAnExampleOfTheStandard_IsItsDigest(string disclosure, string digest)
    {
        var computed = new byte[32];

        Commitments.Digest(Encoding.UTF8.GetBytes(disclosure), computed);

        Assert.That(Base64Url.EncodeToString(computed), Is.EqualTo(digest));
    }

    [TestCase("a:x", StateForm.Text, "25.5", "\"a:x\",\"25.5\"")]
    [TestCase("a:厚度", StateForm.Text, "电堆😀", "\"a:厚度\",\"电堆😀\"")]
    [TestCase("a:x", StateForm.Json, "25.5", "\"a:x\",25.5")]
    [TestCase("a:x", StateForm.Json, "[\"膜\",true]", "\"a:x\",[\"膜\",true]")]
    [TestCase("v:7", StateForm.Bytes, "\u007f?>", "\"v:7\",\"fz8-\"")]
    [TestCase("a:x", StateForm.Text, "€$\u000f\nA'B\"\\\\\"/", "\"a:x\",\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"")]
    [TestCase("k:\"\t", StateForm.Text, "\b\f\r\0\u001f\u007f", "\"k:\\\"\\t\",\"\\b\\f\\r\\u0000\\u001f\u007f\"")]
    public void Write_AnyForm_IsTheJsonOfTheDocument(string code, StateForm form, string value, string json)
    {
        Assert.That(
            Written(Encoding.UTF8.GetBytes(code), form, Encoding.UTF8.GetBytes(value)),
            Is.EqualTo($"[\"AQIDBAUGBwgJCgsMDQ4PEA\",{json}]")
        );
    }

    [Test]
    public void Write_List_HoldsTheDigestOfEachElement_OrWhatAnErasedOneLeft()
    {
        var erased = SHA256.HashData("erased"u8);
        byte[] list =
        [
            0,
            2,
            .. s_salt,
            (byte)StateForm.Text,
            0,
            0,
            0,
            4,
            .. "4711"u8,
            .. new byte[16],
            (byte)StateForm.Text,
            0,
            0,
            0,
            32,
            .. erased,
        ];
        var element = SHA256.HashData(
            Encoding.ASCII.GetBytes(Base64Url.EncodeToString("[\"AQIDBAUGBwgJCgsMDQ4PEA\",\"4711\"]"u8))
        );

        Assert.That(
            Written("k:mes"u8, StateForm.List, list),
            Is.EqualTo(
                $$"""["AQIDBAUGBwgJCgsMDQ4PEA","k:mes",[{"...":"{{Base64Url.EncodeToString(element)}}"},"""
                    + $$"""{"...":"{{Base64Url.EncodeToString(erased)}}"}]]"""
            )
        );
    }

    [TestCase(1)]
    [TestCase(9_999)]
    [TestCase(65_535)]
    public void Write_List_IsNoLongerThanWasReserved(int elements)
    {
        var state = new StateWriter();
        state.AddList("e:items", Enumerable.Repeat("x", elements).ToArray());
        var reader = new StateReader(state.ToState());
        Assert.That(reader.Read(), Is.True);
        var most = Disclosure.MaxLength(reader.Code, reader.Form, reader.Value);

        var length = Disclosure.Write(reader.Salt, reader.Code, reader.Form, reader.Value, new byte[most]);

        Assert.That(length, Is.LessThanOrEqualTo(most));
    }

    [Test]
    public void Write_AnyText_IsReadBackByAnotherReaderOfJson() =>
        Properties.ForAll(
            Properties.Text.Two(),
            pair =>
            {
                var (code, value) = (Encoding.UTF8.GetBytes(pair.Item1), Encoding.UTF8.GetBytes(pair.Item2));
                using var json = JsonDocument.Parse(Written(code, StateForm.Text, value));

                Assert.That(
                    json.RootElement.EnumerateArray().Select(e => e.GetString()),
                    Is.EqualTo(
                        new[]
                        {
                            "AQIDBAUGBwgJCgsMDQ4PEA",
                            Encoding.UTF8.GetString(code),
                            Encoding.UTF8.GetString(value),
                        }
                    )
                );
            }
        );

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(1000)]
    [TestCase(1024)]
    [TestCase(100_000)]
    public void Compute_AnyLength_IsTheHashOfItsDisclosure(int length)
    {
        var value = Enumerable.Range(0, length).Select(i => (byte)('"' + (i % 50))).ToArray();
        var commitment = new byte[32];

        Commitments.Compute(s_salt, "a:厚度"u8, StateForm.Text, value, commitment);

        Assert.That(commitment, Is.EqualTo(DigestOf(Written("a:厚度"u8, StateForm.Text, value))));
    }

    [Test]
    public void Of_State_IsEveryEntrySorted() =>
        Properties.ForAll(
            Properties.Bytes.ArrayOf(),
            values =>
            {
                var writer = new StateWriter();
                for (var i = 0; i < values.Length; i++)
                {
                    writer.Add("v:" + (i + 1), values[i], StateForm.Bytes);
                }
                var state = writer.ToState();

                var expected = new List<string>();
                var reader = new StateReader(state);
                while (reader.Read())
                {
                    expected.Add(
                        Convert.ToHexString(
                            DigestOf(
                                $"[\"{Base64Url.EncodeToString(reader.Salt)}\",\"{Encoding.UTF8.GetString(reader.Code)}\","
                                    + $"\"{Base64Url.EncodeToString(reader.Value)}\"]"
                            )
                        )
                    );
                }
                expected.Sort(StringComparer.Ordinal);
                Assert.That(Commitments.Of(state).Chunk(32).Select(Convert.ToHexString), Is.EqualTo(expected));
            }
        );

    private static string Written(ReadOnlySpan<byte> code, StateForm form, ReadOnlySpan<byte> value)
    {
        var json = new byte[Disclosure.MaxLength(code, form, value)];
        return Encoding.UTF8.GetString(json.AsSpan(0, Disclosure.Write(s_salt, code, form, value, json)));
    }

    private static byte[] DigestOf(string json) =>
        SHA256.HashData(Encoding.ASCII.GetBytes(Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json))));
}
