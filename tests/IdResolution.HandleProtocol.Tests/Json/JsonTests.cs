using System.Buffers;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using FsCheck.Fluent;
using IdResolution.HandleProtocol.Json;
using IdResolution.HandleProtocol.Keys;
using IdResolution.HandleProtocol.Values;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Tests.Json;

[TestFixture]
public sealed class JsonTests
{
    [Test]
    public void Write_Text_IsAsTheHttpInterfaceShowsIt() =>
        Assert.That(
            Text(json =>
                HandleRecordJson.Write(
                    json,
                    "88.300/1",
                    [
                        new HandleValue
                        {
                            Index = 1,
                            Timestamp = 0x66800000,
                            Type = "URL",
                            Data = "https://例.cn/\n"u8.ToArray(),
                        },
                        new HandleValue
                        {
                            Index = 2,
                            Type = "X",
                            Data = [0, 1],
                            Permissions = ValuePermissions.AdminRead,
                            TtlType = 1,
                            Ttl = 0x66800000,
                            References = [new ValueReference("a/b", 3)],
                        },
                        new HandleValue
                        {
                            Index = 100,
                            Type = "hs_admin",
                            Data = new AdminRecord(AdminPermissions.All, new ValueReference("0.NA/88", 200)).ToData(),
                        },
                        new HandleValue
                        {
                            Index = 200,
                            Type = "HS_VLIST",
                            Data = new ValueListRecord([new ValueReference("u", 300)]).ToData(),
                        },
                        new HandleValue
                        {
                            Index = 101,
                            Type = "HS_ADMIN",
                            Data = "text"u8.ToArray(),
                        },
                    ]
                )
            ),
            Is.EqualTo(
                """{"handle":"88.300/1","values":[{"index":1,"type":"URL","data":{"format":"string","value":"https://例.cn/\n"},"ttl":86400,"timestamp":"2024-06-29T12:37:20Z"},"""
                    + """{"index":2,"type":"X","data":{"format":"base64","value":"AAE="},"permissions":"1000","ttl":"2024-06-29T12:37:20Z","references":[{"handle":"a/b","index":3}]},"""
                    + """{"index":100,"type":"hs_admin","data":{"format":"admin","value":{"handle":"0.NA/88","index":200,"permissions":"111111111111"}},"ttl":86400},"""
                    + """{"index":200,"type":"HS_VLIST","data":{"format":"vlist","value":[{"handle":"u","index":300}]},"ttl":86400},"""
                    + """{"index":101,"type":"HS_ADMIN","data":{"format":"string","value":"text"},"ttl":86400}]}"""
            )
        );

    [Test]
    public void Write_Site_IsAsInSiteInfo() =>
        Assert.That(
            Text(json =>
                SiteRecordJson.Write(
                    json,
                    new SiteRecord
                    {
                        IsPrimary = true,
                        Attributes = [new SiteAttribute("desc", "node A")],
                        Servers =
                        [
                            new SiteServer(
                                1,
                                IPAddress.Parse("203.0.113.10"),
                                [],
                                [
                                    new SiteInterface(SiteServices.Both, SiteTransport.Tcp, 2641),
                                    new SiteInterface(SiteServices.Query, SiteTransport.Udp, 2641),
                                ]
                            ),
                        ],
                    }
                )
            ),
            Is.EqualTo(
                """{"version":1,"protocolVersion":"2.11","serialNumber":1,"primarySite":true,"multiPrimary":false,"attributes":[{"name":"desc","value":"node A"}],"servers":["""
                    + """{"serverId":1,"address":"203.0.113.10","publicKey":{"format":"base64","value":""},"interfaces":["""
                    + """{"query":true,"admin":true,"protocol":"TCP","port":2641},{"query":true,"admin":false,"protocol":"UDP","port":2641}]}]}"""
            )
        );

    [Test]
    public void Read_AnyValueWritten_IsTheSame()
    {
        var typed = Gen.OneOf(
            Properties.Value,
            from value in Properties.Value
            from site in Properties.Site
            from admin in Properties.Reference
            from members in Properties.Reference.ArrayOf()
            from kind in Gen.Choose(0, 3)
            select kind switch
            {
                0 => value with { Type = "HS_SITE", Data = site.ToData() },
                1 => value with
                {
                    Type = "HS_ADMIN",
                    Data = new AdminRecord(AdminPermissions.ListHandles, admin)
                    {
                        HasSurplusBytes = members.Length == 1,
                    }.ToData(),
                },
                2 => value with { Type = "HS_VLIST", Data = new ValueListRecord(members).ToData() },
                _ => value with { Type = "HS_PUBKEY" },
            }
        );
        Properties.ForAll(
            typed,
            value =>
            {
                using var document = JsonDocument.Parse(Text(json => HandleValueJson.Write(json, value)));
                Assert.That(
                    HandleValueJson.TryRead(document.RootElement, "", out var read, out var problem),
                    Is.True,
                    $"{problem}"
                );
                Assert.That(Bytes(read!), Is.EqualTo(Bytes(value)));
            }
        );
    }

    [Test]
    public void Read_RsaKey_IsTheEncodingOfTheReference()
    {
        using var rsa = RSA.Create(2048);
        var parameters = rsa.ExportParameters(false);
        var data = (byte[])
            [
                .. Hex.Of("0000000b 5253415f5055425f4b4559 0000 00000003 010001 00000101 00"),
                .. parameters.Modulus!,
                0,
                0,
                0,
                0,
            ];
        var value = new HandleValue
        {
            Index = 300,
            Type = "HS_PUBKEY",
            Data = data,
        };

        var text = Text(json => HandleValueJson.Write(json, value));
        Assert.That(
            text,
            Does.Contain("\"data\":{\"format\":\"key\",\"value\":{\"kty\":\"RSA\",\"n\":\"")
                .And.Contain("\"e\":\"AQAB\"}}")
        );
        using var document = JsonDocument.Parse(text);
        Assert.That(HandleValueJson.TryRead(document.RootElement, "", out var read, out _), Is.True);
        Assert.That(read!.Data, Is.EqualTo(data));
        Assert.That(
            PublicKey.TryRead(data, out var key)
                && key.Verify(
                    SignatureHash.Sha256,
                    [1],
                    rsa.SignData([1], HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
                ) == ProofResult.Right,
            Is.True
        );
    }

    [TestCase("\"plain\"", "plain")]
    [TestCase("""{"format":"hex","value":"616263"}""", "abc")]
    [TestCase("""{"format":"HEX","value":"6162"}""", "ab")]
    [TestCase("""{"format":"base64","value":"YWJj"}""", "abc")]
    [TestCase("""{"format":"string","value":"质"}""", "质")]
    public void Read_DataInEveryFormat(string data, string text)
    {
        using var document = JsonDocument.Parse($$"""{"index":"1","type":"T","data":{{data}}}""");
        Assert.That(
            HandleValueJson.TryRead(document.RootElement, "", out var value, out var problem),
            Is.True,
            $"{problem}"
        );
        Assert.That(value!.Text, Is.EqualTo(text));
        Assert.That(value.Ttl, Is.EqualTo(86400));
    }

    [TestCase("\"*\"", 15)]
    [TestCase("\"0110\"", 6)]
    [TestCase("\"1110\"", 14)]
    [TestCase("\"0000\"", 0)]
    [TestCase("null", 14)]
    public void Read_Permissions_AllFourCount(string permissions, int bits)
    {
        using var document = JsonDocument.Parse($$"""{"index":1,"type":"T","data":"","permissions":{{permissions}}}""");
        Assert.That(HandleValueJson.TryRead(document.RootElement, "", out var value, out _), Is.True);
        Assert.That((int)value!.Permissions, Is.EqualTo(bits));
    }

    [TestCase("""[{"index":1,"type":"T","data":"a"}]""", 1)]
    [TestCase("""{"values":[{"index":1,"type":"T","data":"a"},{"index":2,"type":"T","data":"a"}]}""", 2)]
    [TestCase("""{"index":1,"type":"T","data":"a"}""", 1)]
    public void ReadValues_InThreeForms(string body, int count)
    {
        using var document = JsonDocument.Parse(body);
        Assert.That(HandleRecordJson.TryReadValues(document.RootElement, out var values, out _), Is.True);
        Assert.That(values, Has.Count.EqualTo(count));
    }

    [TestCase("5", "")]
    [TestCase("{}", "handle")]
    [TestCase("""{"handle":"a","values":{}}""", "values")]
    [TestCase("""{"handle":"a","values":[{}]}""", "values[0].index")]
    [TestCase(
        """{"handle":"a","values":[{"index":1,"type":"T","data":"a"},{"index":1.5,"type":"T"}]}""",
        "values[1].index"
    )]
    [TestCase("""{"handle":"a","values":[{"index":1,"data":"a"}]}""", "values[0].type")]
    [TestCase("""{"handle":"a","values":[{"index":1,"type":"T"}]}""", "values[0].data")]
    [TestCase(
        """{"handle":"a","values":[{"index":1,"type":"T","data":{"format":"base64","value":"*"}}]}""",
        "values[0].data.value"
    )]
    [TestCase(
        """{"handle":"a","values":[{"index":1,"type":"T","data":{"format":"hex","value":"abc"}}]}""",
        "values[0].data.value"
    )]
    [TestCase(
        """{"handle":"a","values":[{"index":1,"type":"T","data":{"format":"x","value":"abc"}}]}""",
        "values[0].data.format"
    )]
    [TestCase(
        """{"handle":"a","values":[{"index":1,"type":"T","data":{"format":"string"}}]}""",
        "values[0].data.value"
    )]
    [TestCase(
        """{"handle":"a","values":[{"index":1,"type":"T","data":{"format":"admin","value":{"handle":"h","index":1,"permissions":"12"}}}]}""",
        "values[0].data.value.permissions"
    )]
    [TestCase(
        """{"handle":"a","values":[{"index":1,"type":"T","data":{"format":"vlist","value":[{"handle":"h","index":1},{"handle":3}]}}]}""",
        "values[0].data.value[1].handle"
    )]
    [TestCase(
        """{"handle":"a","values":[{"index":1,"type":"T","data":{"format":"site","value":{"servers":[{"address":"nowhere"}]}}}]}""",
        "values[0].data.value.servers[0].address"
    )]
    [TestCase(
        """{"handle":"a","values":[{"index":1,"type":"T","data":{"format":"key","value":{"kty":"DSA"}}}]}""",
        "values[0].data.value"
    )]
    [TestCase(
        """{"handle":"a","values":[{"index":1,"type":"T","data":{"format":"key","value":{"kty":"RSA","n":"+"}}}]}""",
        "values[0].data.value"
    )]
    [TestCase(
        """{"handle":"a","values":[{"index":1,"type":"T","data":"","permissions":"111"}]}""",
        "values[0].permissions"
    )]
    [TestCase("""{"handle":"a","values":[{"index":1,"type":"T","data":"","ttl":"soon"}]}""", "values[0].ttl")]
    [TestCase("""{"handle":"a","values":[{"index":1,"type":"T","data":"","timestamp":5}]}""", "values[0].timestamp")]
    [TestCase("""{"handle":"a","values":[{"index":1,"type":"T","data":"\ud800"}]}""", "")]
    public void Read_WhatIsWrong_IsNamed(string body, string path)
    {
        using var document = JsonDocument.Parse(body);
        Assert.That(HandleRecordJson.TryRead(document.RootElement, out _, out _, out var problem), Is.False);
        Assert.That(problem!.Path, Is.EqualTo(path));
    }

    [Test]
    public void Read_JsonChangedAnywhere_NeverThrows()
    {
        var changed =
            from value in Properties.Value
            from site in Properties.Site
            from at in Gen.Choose(0, 1000)
            from length in Gen.Choose(0, 3)
            from with in Gen.Elements(
                "",
                "\"",
                "}",
                "[",
                "{}",
                "null",
                "-1",
                "1e9",
                "\\ud800",
                "\\u0000",
                "é",
                ":",
                "x"
            )
            select Changed(
                Text(json =>
                    HandleRecordJson.Write(json, "a/b", [value, value with { Type = "HS_SITE", Data = site.ToData() }])
                ),
                at,
                length,
                with
            );
        var read = 0;
        Properties.ForAll(
            changed,
            text =>
            {
                JsonDocument document;
                try
                {
                    document = JsonDocument.Parse(text);
                }
                catch (JsonException)
                {
                    return;
                }
                using (document)
                {
                    read++;
                    Assert.That(
                        HandleRecordJson.TryRead(document.RootElement, out _, out _, out var problem),
                        Is.EqualTo(problem is null)
                    );
                }
            }
        );
        Assert.That(read, Is.GreaterThan(10));
    }

    private static string Changed(string text, int at, int length, string with)
    {
        at %= text.Length;
        return text[..at] + with + text[Math.Min(text.Length, at + length)..];
    }

    private static string Text(Action<Utf8JsonWriter> write)
    {
        var output = new ArrayBufferWriter<byte>();
        using (
            var json = new Utf8JsonWriter(
                output,
                new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }
            )
        )
        {
            write(json);
        }
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    private static byte[] Bytes(HandleValue value)
    {
        var output = new ArrayBufferWriter<byte>();
        value.Write(new WireWriter(output));
        return output.WrittenSpan.ToArray();
    }
}
