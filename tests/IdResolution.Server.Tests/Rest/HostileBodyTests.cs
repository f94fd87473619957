using System.IO.Compression;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using IdResolution.Core.Access;

namespace IdResolution.Server.Tests.Rest;

/// <summary>
/// No text in place of a body makes a call fail: properties over names, values, depth, encodings, repetition.
/// </summary>
[TestFixture]
public sealed class HostileBodyTests : NodeFixture
{
    private static readonly string[] s_scalars =
    [
        "null",
        "true",
        "false",
        "0",
        "-0",
        "1e999",
        "1.5",
        "2147483648",
        "123456789012345678901234567890",
        "\"\"",
        "\"x\"",
        "\"\\ud800\"",
        "\"\\udc00\\ud800\"",
        "\"\\ud83d\\ude00\"",
        "\"\\u0000\"",
        "\"88.300.1/x\"",
        "\"part\"",
        "\"2026-03-01T08:00:00Z\"",
        "\"0001-01-01T00:00:00+14:00\"",
        "\"base64\"",
        "\"HS_SECKEY\"",
        "\"{seq:18}{check}\"",
    ];

    private static readonly string[] s_names = ["", "x", "\\ud800", "\\udc00x", "\\u0000", "__proto__", "a.b[0]", "名"];

    [Test]
    public async Task Body_OfAnyJson_IsNeverAFault([Values(Role.Admin, Role.Anonymous)] Role role)
    {
        var names = await NamesAsync();
        // Handle.Net's interface names its members otherwise; its bodies are read by the same reader.
        (string Method, string Target)[] calls =
        [
            .. RoleMatrixTests
                .Calls.Where(call => call.Value.Body is not null)
                .Select(call =>
                    (
                        call.Key.Split(' ')[0],
                        call.Value.Target.Replace("ID", "88.300.1/absent", StringComparison.Ordinal)
                    )
                ),
            ("POST", "/api/sessions"),
            ("PUT", "/api/sessions/this"),
            ("PUT", "/api/handles/88.300.1/absent"),
        ];
        foreach (var (method, target) in calls)
        {
            Prop.ForAll(
                    Bodies(names).ToArbitrary(),
                    body =>
                        Server
                            .SendBytesAsync(
                                role,
                                method,
                                target,
                                body.Bytes,
                                body.Coding.Length == 0 ? [] : [("Content-Encoding", body.Coding)]
                            )
                            .GetAwaiter()
                            .GetResult()
                            .Status < 500
                )
                .QuickCheckThrowOnFailure();
        }
    }

    /// <summary>The names of all members in the OpenAPI document, and names that nobody expects.</summary>
    private async Task<string[]> NamesAsync()
    {
        var schemas = (await Server.GetAsync("/openapi/v1.json")).Json.GetProperty("components").GetProperty("schemas");
        return
        [
            .. schemas
                .EnumerateObject()
                .SelectMany(s =>
                    s.Value.TryGetProperty("properties", out var properties)
                        ? properties.EnumerateObject().Select(p => p.Name)
                        : []
                )
                .Distinct(),
            .. s_names,
            .. s_names,
            .. s_names,
        ];
    }

    private static Gen<Body> Bodies(string[] names) =>
        from text in Gen.Frequency((8, Json(names, 4)), (1, Deep), (1, Gen.Elements("", "{", "[1,", "\"", "{\"a\":")))
        from coding in Gen.Elements("", "", "", "mark", "utf-16", "latin1", "gzip", "cut", "br", "no gzip")
        select Encoded(text, coding);

    private static Gen<string> Deep =>
        from depth in Gen.Choose(10, 40)
        from inner in Gen.Elements(s_scalars)
        select string.Concat(Enumerable.Repeat("{\"attributes\":[", depth))
            + inner
            + string.Concat(Enumerable.Repeat("]}", depth));

    private static Gen<string> Json(string[] names, int depth)
    {
        var scalar = Gen.Elements(s_scalars);
        if (depth == 0)
        {
            return scalar;
        }
        var inner = Json(names, depth - 1);
        var member = from name in Gen.Elements(names) from value in inner select $"\"{name}\":{value}";
        // Few names and many members: some are given twice.
        return Gen.Frequency(
            (2, scalar),
            (2, Gen.Choose(0, 3).SelectMany(n => inner.ListOf(n)).Select(items => $"[{string.Join(',', items)}]")),
            (6, Gen.Choose(0, 6).SelectMany(n => member.ListOf(n)).Select(all => "{" + string.Join(',', all) + "}"))
        );
    }

    private static Body Encoded(string text, string coding)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        return coding switch
        {
            "mark" => new([0xEF, 0xBB, 0xBF, .. utf8], ""),
            "utf-16" => new([.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes(text)], ""),
            "latin1" => new([.. utf8, 0xE4, 0xFF], ""),
            "gzip" => new(Compressed(utf8), "gzip"),
            "cut" => new(Compressed([.. utf8, (byte)' '])[..^9], "gzip"),
            "br" => new(utf8, "br"),
            "no gzip" => new(utf8, "gzip"),
            _ => new(utf8, ""),
        };
    }

    private static byte[] Compressed(byte[] body)
    {
        var output = new MemoryStream();
        using (var stream = new GZipStream(output, CompressionLevel.Fastest))
        {
            stream.Write(body);
        }
        return output.ToArray();
    }

    private sealed record Body(byte[] Bytes, string Coding)
    {
        public override string ToString() => $"{Coding} {Encoding.UTF8.GetString(Bytes)}";
    }
}
