using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Text;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using IdResolution.Core.Catalog;
using IdResolution.Core.Errors;
using IdResolution.Core.Primitives;
using IdResolution.Core.Registration;
using IdResolution.Core.Templates;
using IdResolution.Core.Traceability;
using IdResolution.Fuzzing.Driver;
using IdResolution.Server.Grpc;
using IdResolution.Server.Handle.Transport;
using IdResolution.Server.Http;
using IdResolution.Server.Rest;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace IdResolution.Fuzzing.Targets;

/// <summary>
/// Requests of REST and gRPC, as far as the node reads them before it asks the core: bodies, queries, headers, targets;
/// and the PROXY header. The first byte chooses the reader.
/// </summary>
internal sealed class RequestsTarget : FuzzTarget
{
    private static readonly Endpoint s_search = new(
        null,
        new EndpointMetadataCollection(
            RestCall.Instance,
            new TextParameter("template", ""),
            new TextParameter("source", ""),
            new TextParameter("sourceKey", ""),
            new TextParameter("createdFrom", "") { Format = TextParameter.Time },
            new TextParameter("createdBefore", "") { Format = TextParameter.Time },
            new PatternParameter("attr.", ""),
            new NumberParameter("after", "", 0, 0, long.MaxValue),
            new NumberParameter("limit", "", 50, 1, 1_000)
        ),
        "search"
    );

    private readonly Action<byte[]>[] _readers;

    public RequestsTarget() =>
        _readers = [
            bytes => Body(bytes, json => Read(BodyReader.Registration(json))),
            bytes => Body(bytes, Batch),
            bytes => Body(bytes, json => Read(BodyReader.Patch(json))),
            bytes => Body(bytes, Typed),
            Search,
            Headers,
            Target,
            Registration,
            Proxy,
        ];

    public override string Name => "requests";

    public override long AllocationPerByte => 3_000;

    public override IReadOnlyList<string> Tokens =>
        [
            "{",
            "}",
            "[",
            "]",
            ":",
            ",",
            "\"",
            "null",
            "true",
            "false",
            "0",
            "-1",
            "1e400",
            "\\ud83d\\ude00",
            "\\ud800",
            "\\u0000",
            "\"template\":",
            "\"identifier\":",
            "\"source\":",
            "\"sourceKey\":",
            "\"attributes\":",
            "\"values\":",
            "\"furtherKeys\":",
            "\"reinstate\":",
            "\"version\":",
            "\"index\":",
            "\"type\":",
            "\"data\":",
            "\"ttl\":",
            "\"expires\":\"2040-01-01T00:00:00Z\"",
            "\"permissions\":\"1110\"",
            "\"references\":",
            "\"handle\":",
            "\"format\":\"base64\"",
            "\"value\":",
            "\"items\":",
            "\"text\":",
            "\"identifiers\":",
            "\"columns\":",
            "\"role\":",
            "\"expiresAt\":",
            "\"rateLimit\":",
            "\"pattern\":",
            "\"number\":",
            "\"names\":",
            "\"en\":",
            "&",
            "=",
            "+",
            "%2F",
            "%",
            "%ff",
            "%00",
            "template=mea",
            "attr.oneText",
            ".from=",
            ".to=",
            ".prefix=",
            "attr.oneDecimal",
            "attr.oneDate",
            "createdFrom=2026-03-01T00:00:00Z",
            "limit=50",
            "after=",
            "?id=",
            "/api/v1/identifiers/",
            "/..",
            "/%2e%2e",
            "88.300/a",
            "http://a",
            "zh-CN,zh;q=0.9",
            "en;q=0",
            "*",
            "q=1.000",
            "text/html",
            "application/json",
            "*/*",
            "W/\"1-2\"",
            "\"1\"",
            "*/*;q=0.1",
            "\r\n\r\n\0\r\nQUIT\n",
            "\u0021\u0011",
            "\u0020",
            "\n",
            "\u0012",
            "\n\u0003mea",
        ];

    public override IEnumerable<byte[]> Seeds()
    {
        const string Registration = """
            {"template":"mea","identifier":"88.300/a","source":"erp","sourceKey":"1","furtherKeys":[{"source":"m","sourceKey":"2"}],
             "attributes":{"oneText":"a","manyText":["b","c"],"oneDecimal":1.50,"oneBoolean":true,"x":null},"reinstate":false,
             "values":[{"index":1,"type":"URL","data":{"format":"hex","value":"00ff"},"expires":"2040-01-01T00:00:00Z",
              "permissions":"1110","references":[{"handle":"88.300/b","index":2}]}]}
            """;
        yield return Chosen(0, Registration);
        yield return Chosen(1, $$"""{"items":[{{Registration}},{{Registration}}]}""");
        yield return Chosen(
            2,
            """{"attributes":{"oneText":null},"values":[{"index":1,"type":"URL","data":"x","ttl":5}]}"""
        );
        yield return Chosen(3, """{"role":"reader","name":"n","expiresAt":"2040-01-01T00:00:00Z","rateLimit":5}""");
        yield return Chosen(3, """{"pattern":"A{seq:3}","attributes":{"a":"b"},"number":5}""");
        yield return Chosen(3, """{"text":"88.300/a"}""");
        yield return Chosen(3, """{"identifiers":["88.300/a"],"columns":3,"qr":20}""");
        yield return Chosen(3, """{"place":"88.300/p","scans":["88.300/a"],"record":{"source":"a","sourceKey":"b"}}""");
        yield return Chosen(3, """{"code":"erp","caseSensitive":true,"names":{"en":"ERP"}}""");
        yield return Chosen(
            4,
            "template=mea&attr.oneDecimal.from=1&attr.oneDecimal.to=2&createdFrom=2026-03-01T00:00:00Z&limit=5"
        );
        yield return Chosen(4, "template=mea&attr.oneText.prefix=a%2F&source=erp&sourceKey=1&after=3");
        yield return Chosen(5, "zh-CN,zh;q=0.9,en;q=0.8\ntext/html,application/json;q=0.9,*/*;q=0.8\n\"1-2\",W/\"3\"");
        yield return Chosen(6, "/api/v1/identifiers/88.300%2Fa%20b");
        yield return Chosen(6, "/api/v1/identifiers?id=88.300/a+b");
        var message = new V1.RegisterRequest
        {
            Template = "mea",
            Identifier = "88.300/a",
            Source = "erp",
            SourceKey = "1",
            Reinstate = true,
            Attributes = Struct.Parser.ParseJson("""{"oneText":"a","manyText":["b",1,true,null],"o":{"x":1}}"""),
        };
        message.FurtherKeys.Add(new V1.BusinessKey { Source = "m", SourceKey = "2" });
        message.Values.Add(
            new V1.Value
            {
                Index = 1,
                Type = "URL",
                Data = ByteString.CopyFrom(1, 2),
                Permissions = "1110",
            }
        );
        yield return Chosen(7, message.ToByteArray());
        byte[] proxy = [.. "\r\n\r\n\0\r\nQUIT\n"u8, 0x21, 0x11, 0, 12, 10, 0, 0, 1, 10, 0, 0, 2, 1, 2, 3, 4];
        yield return Chosen(8, proxy);
        yield return Chosen(8, [.. "\r\n\r\n\0\r\nQUIT\n"u8, 0x21, 0x21, 0, 36, .. new byte[36]]);
    }

    public override void Take(byte[] input)
    {
        if (input.Length > 0)
        {
            _readers[input[0] % _readers.Length](input[1..]);
        }
    }

    private static void Body(byte[] bytes, Action<System.Text.Json.JsonElement> read)
    {
        if (JsonBody.Parse(new ReadOnlySequence<byte>(bytes)).TryGet(out var json, out var error))
        {
            using (json)
            {
                read(json.RootElement);
            }
        }
        else
        {
            Hold.That(error.Code is ErrorCode.Malformed, "A body that is no JSON is malformed.");
        }
    }

    private static void Read<T>(Result<T> read)
    {
        if (read.Error is { } error)
        {
            Hold.That(error.Message.En.Length > 0 && error.Message.Zh.Length > 0, "What is refused has a reason.");
        }
        else if (read.Value is RegistrationRequest request)
        {
            foreach (var (code, given) in request.Attributes)
            {
                if (Samples.Template.Find(code) is { } attribute)
                {
                    _ = ValueCodec.Canonicalise(attribute, in given);
                }
            }
            foreach (var value in request.Values)
            {
                Hold.That(
                    Core.Records.RawValue.TryDecode(value.Index, value.Encode(), out var again),
                    "A value is stored as it was given."
                );
                Hold.Same(again.Encode(), value.Encode(), "A value stays as it is.");
            }
        }
    }

    private static void Batch(System.Text.Json.JsonElement json)
    {
        if (RegistrationEndpoints.Items(json).TryGet(out var items, out _))
        {
            foreach (var item in items.EnumerateArray())
            {
                Read(BodyReader.Registration(item));
            }
        }
    }

    private static void Typed(System.Text.Json.JsonElement json)
    {
        Read(TypedBody.Read(json, RestJson.Default.KeyBody));
        Read(TypedBody.Read(json, RestJson.Default.TryRuleBody));
        Read(TypedBody.Read(json, RestJson.Default.SheetBody));
        Read(TypedBody.Read(json, RestJson.Default.StocktakeBody));
        Read(TypedBody.Read(json, RestJson.Default.SourceBody));
        Read(TypedBody.Read(json, RestJson.Default.CopyBody));
        Read(TypedBody.Read(json, CatalogJson.Default.CodingRule));
        Read(TypedBody.Read(json, CatalogJson.Default.Category));
    }

    private static void Search(byte[] bytes)
    {
        var context = new DefaultHttpContext();
        context.Request.QueryString = new QueryString("?" + Encoding.UTF8.GetString(bytes));
        context.SetEndpoint(s_search);
        if (QueryCheck.Refusal(context) is not null)
        {
            return;
        }
        _ = HttpResults.Number(context, "limit");
        _ = HttpResults.Number(context, "after");
        if (SearchQuery.Read(context, Samples.Catalog).TryGet(out var query, out _) && query.Before is not null)
        {
            Hold.That(string.CompareOrdinal(query.From, query.Before) < 0, "A search has an end after its beginning.");
        }
    }

    /// <summary>Accept-Language, Accept and If-Match, with line feeds between them.</summary>
    private static void Headers(byte[] bytes)
    {
        var parts = Encoding.Latin1.GetString(bytes).Split('\n', 3);
        var language = AcceptLanguage.Choose(parts[0]);
        Hold.That(language is Language.English or Language.Chinese, "A language is chosen.");
        _ = AcceptMedia.PrefersHtml(parts[parts.Length > 1 ? 1 : 0]);
        _ = Conditional.IsSame(parts[^1], "\"1-2-3\"");
        Hold.That(Conditional.IsSame($"{parts[^1]}, *", "\"x\""), "An asterisk is any tag.");
        if (Conditional.Versions(parts[^1], 1).TryGet(out var versions, out _))
        {
            Hold.That(versions is null || versions.All(version => version >= 0), "Versions are not negative.");
        }
    }

    private static void Target(byte[] bytes)
    {
        var text = Encoding.Latin1.GetString(bytes);
        var decoded = RequestTarget.Decode(text);
        var folded = new byte[text.Length];
        if (RequestTarget.TryDecodeAscii(text, folded, out var length))
        {
            Hold.Same(decoded, Encoding.ASCII.GetString(folded, 0, length), "Both ways decode to one text.");
        }
        if (decoded is not null)
        {
            Hold.Same(RequestTarget.Decode(Uri.EscapeDataString(decoded)), decoded, "What is encoded is decoded.");
        }
        _ = DotSegment.IsIn(text);
        var context = new DefaultHttpContext();
        context.Features.Get<IHttpRequestFeature>()!.RawTarget = text;
        var question = text.IndexOf('?', StringComparison.Ordinal);
        context.Request.QueryString = new QueryString(question < 0 ? "" : text[question..]);
        _ = IdentifierTarget.Parse(context, "/api/v1/identifiers/");
        _ = IdentifierTarget.Parse(context, "/api/v1/identifiers/", "/qr");
    }

    /// <summary>A registration of gRPC, by the generated reader and by the one that makes no message.</summary>
    private static void Registration(byte[] bytes)
    {
        var wire = new RegistrationWireReader();
        Result<ItemRegistration>? read = null;
        try
        {
            wire.MergeFrom(new ReadOnlySequence<byte>(bytes));
            read = wire.ToItem();
        }
        catch (InvalidProtocolBufferException)
        {
            // The call is refused.
        }
        V1.RegisterRequest message;
        try
        {
            message = V1.RegisterRequest.Parser.ParseFrom(new ReadOnlySequence<byte>(bytes));
        }
        catch (InvalidProtocolBufferException)
        {
            Hold.That(read is null, "What the generated reader refuses the other refuses.");
            return;
        }
        if (read is null)
        {
            // The generated reader passes over wire types that there are none of.
            return;
        }
        var other = MessageReader.Item(message);
        Hold.That(read.Value.IsOk == other.IsOk, "Both readers find the same right.");
        if (!read.Value.TryGet(out var one, out _) || !other.TryGet(out var two, out _))
        {
            return;
        }
        Hold.That(one.Links.SequenceEqual(two.Links), "Both read the same links.");
        Hold.That(one.Events.Count == two.Events.Count, "Both read as many events.");
        var (left, right) = (one.Request, two.Request);
        Hold.Same(left.Template, right.Template, "Both read one template.");
        Hold.Same(left.Identifier, right.Identifier, "Both read one identifier.");
        Hold.Same(left.Source, right.Source, "Both read one source.");
        Hold.Same(left.SourceKey, right.SourceKey, "Both read one key.");
        Hold.That(left.Reinstate == right.Reinstate, "Both read whether it is brought back.");
        Hold.That(left.FurtherKeys.SequenceEqual(right.FurtherKeys), "Both read the same further keys.");
        Hold.That(left.Values.Count == right.Values.Count, "Both read as many values.");
        if (left.Attributes.Select(a => a.Key).Distinct().Count() == left.Attributes.Count)
        {
            Hold.That(left.Attributes.Count == right.Attributes.Count, "Both read as many attributes.");
        }
    }

    private static void Proxy(byte[] bytes)
    {
        var input = PipeReader.Create(new ReadOnlySequence<byte>(bytes));
        var read = ProxyHeader.ReadAsync(input, IPAddress.Loopback, CancellationToken.None).AsTask();
        Hold.That(read.IsCompleted, "A header that is there is read at once.");
        if (read.Exception?.InnerException is EndOfStreamException)
        {
            // It is cut short: the connection ended.
            return;
        }
        if (read.GetAwaiter().GetResult() is { } address)
        {
            Hold.That(bytes.AsSpan().StartsWith("\r\n\r\n\0\r\nQUIT\n"u8), "A header begins with its signature.");
            Hold.That(address.GetAddressBytes().Length is 4 or 16, "An address is one.");
        }
    }
}
