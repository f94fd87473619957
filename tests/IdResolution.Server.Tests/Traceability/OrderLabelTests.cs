using System.Text;
using System.Text.RegularExpressions;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using IdResolution.Core.Access;
using IdResolution.Core.Events;
using IdResolution.Core.Primitives;
using IdResolution.Core.Traceability;
using IdResolution.Server.Labels;
using IdResolution.Server.Tests.Rest;
using Microsoft.Extensions.DependencyInjection;

namespace IdResolution.Server.Tests.Traceability;

/// <summary>The labels of all items of an order, and items that calls name by their keys or find by a search.</summary>
[TestFixture]
public sealed partial class OrderLabelTests : NodeFixture
{
    private static readonly Marshaller<byte[]> s_bytes = Marshallers.Create(static b => b, static b => b);

    private int _minute;

    [Test]
    public async Task LabelsOfAnOrder_AreOfWhatWasShipped_ThePalletWithWhatIsOnIt_EachOnce()
    {
        var order = await Server.RegisterAsync();
        var (pallet, one, two) = (await Server.RegisterAsync(), await Server.RegisterAsync(), await NewAsync());
        var (picked, loose) = (await NewAsync(), await NewAsync());
        await EventAsync("cover", $$""" "documents":["{{order}}"],"items":["{{one}}","{{two}}","{{picked}}"] """);
        Assert.That(await LabelsAsync($"order={order}"), Is.EqualTo([one, two, picked]), "covered");
        await EventAsync("move", $$""" "items":["{{picked}}"],"documents":["{{order}}"],"place":"Gate" """);
        Assert.That(await LabelsAsync($"order={order}"), Is.EqualTo([picked]), "picked");
        await EventAsync("assemble", $$""" "parent":"{{pallet}}","children":["{{two}}","{{one}}"] """);
        await EventAsync("ship", $$""" "items":["{{pallet}}","{{loose}}"],"documents":["{{order}}"] """);
        await EventAsync("ship", $$""" "items":["{{one}}"],"documents":["{{order}}"] """);

        var shipped = await LabelsAsync($"order={order}");

        Assert.That(shipped, Is.EquivalentTo([pallet, one, two, loose]));
        Assert.That((shipped[0], shipped[^1]), Is.EqualTo((pallet, loose)), "what is on the pallet comes behind it");
        Assert.That(await LabelsAsync($"order={order}&dpi=300&barcode=code128"), Is.EqualTo(shipped));
    }

    [Test]
    public async Task LabelsOfAnOrder_OfManyItems_AreOneStreamInBothForms_AndNameWhatHasNone()
    {
        var key = Server.NewId();
        await Server.RegisterAsync($$""" "source":"erp","sourceKey":"{{key}}","attributes":{"name":"o"} """);
        var items = new List<string>();
        for (var i = 0; i < 50; i++)
        {
            items.Add(await Server.RegisterAsync());
        }
        var named = string.Join(',', items.Select(item => $"\"{item}\""));
        var document = $$"""{"source":"erp","sourceKey":"{{key}}"}""";
        await EventAsync("ship", $$""" "items":[{{named}}],"documents":[{{document}}] """);
        await Server.SendAsync(Role.Registrar, "DELETE", "/api/v1/identifiers/" + items[20]);
        var held = await EventAsync("hold", $$""" "items":["{{items[30]}}"],"reason":"why" """);
        var query = $"source=erp&sourceKey={key}";

        var zpl = await Server.GetAsync("/api/v1/labels?" + query, Role.Reader);
        var sheet = await Server.GetAsync($"/api/v1/labels/sheet?{query}&columns=2&held=refuse", Role.Reader);
        var head = await Server.SendAsync(Role.Reader, "HEAD", "/api/v1/labels?" + query);
        var grpc = await RenderAsync(new V1.RenderOrderRequest { By = ByKey(key) });

        Assert.That((zpl.Status, zpl.MediaType), Is.EqualTo((200, "application/zpl")), zpl.Text);
        Assert.That(Urls(zpl.Text), Is.EqualTo(items.Where(item => item != items[20])));
        Assert.That(zpl.Text, Does.Contain($"^FX {items[20]}:").And.Contain("HELD"));
        Assert.That((sheet.Status, sheet.MediaType), Is.EqualTo((200, "text/html")), sheet.Text);
        Assert.That(sheet.Text.Split("<article>"), Has.Length.EqualTo(49));
        Assert.That(sheet.Text, Does.Contain($"<li><b>{items[20]}</b>").And.Contain($"<li><b>{items[30]}</b>"));
        Assert.That((head.Status, head.Body), Is.EqualTo((200, Array.Empty<byte>())));
        Assert.That(grpc.Status, Is.EqualTo(StatusCode.OK));
        Assert.That(grpc.Text, Is.EqualTo(zpl.Text));
        await EventAsync("release", $$""" "holds":["{{held}}"] """);
    }

    [Test]
    public async Task LabelsOfAnOrder_AreReadOnce()
    {
        var (order, item) = (await Server.RegisterAsync(), await Server.RegisterAsync());
        await EventAsync("ship", $$""" "items":["{{item}}"],"documents":["{{order}}"] """);
        var reads = 0;
        var store = BeforeWrite.Of(
            Server.Services.GetRequiredService<IEventStore>(),
            () =>
            {
                reads++;
                return Task.CompletedTask;
            },
            nameof(IEventStore.ItemsAsync)
        );

        var begun = await ActivatorUtilities
            .CreateInstance<OrderLabels>(Server.Services, store)
            .BeginAsync(
                ItemName.Parse(order).Value,
                new ZplOptions(),
                isRefused: false,
                Caller.CommandLine,
                Language.English,
                CancellationToken.None
            );
        var pieces = await begun.Value.Pieces.ToListAsync();

        Assert.That((pieces.Count, reads), Is.EqualTo((1, 1)));
    }

    [Test]
    public async Task LabelsOfAnOrder_Faults_AreNamed()
    {
        var (order, empty) = (await Server.RegisterAsync(), await Server.RegisterAsync());
        var item = await Server.RegisterAsync();
        await EventAsync("ship", $$""" "items":["{{item}}"],"documents":["{{order}}"] """);
        (string Query, int Status, string Field)[] faults =
        [
            ($"order={empty}", 404, "order"),
            ($"order={Server.NewId()}", 404, "order"),
            ("order=nothing", 400, "order"),
            ($"order={order}&id={item}", 422, "id"),
            ($"order={order}&source=erp&sourceKey=x", 422, "order"),
            ("source=erp", 422, "sourceKey"),
            ("source=erp&sourceKey=none", 404, "sourceKey"),
            ($"order={order}&dpi=100", 422, "dpi"),
            ($"order={order}&width=20&height=20&barcode=code128", 422, "barcode"),
        ];

        foreach (var (query, status, field) in faults)
        {
            var answer = await Server.GetAsync("/api/v1/labels?" + query, Role.Reader);
            Assert.That((answer.Status, answer.Fields.FirstOrDefault()), Is.EqualTo((status, field)), query + answer);
        }
        foreach (var (role, status) in new[] { (Role.Anonymous, 401), (Role.Partner, 403) })
        {
            Assert.That((await Server.GetAsync($"/api/v1/labels?order={order}", role)).Status, Is.EqualTo(status));
            Assert.That(
                (await Server.GetAsync($"/api/v1/labels/sheet?order={order}", role)).Status,
                Is.EqualTo(status)
            );
        }
        var both = new V1.RenderOrderRequest
        {
            Identifier = order,
            Zpl = new V1.RenderZplRequest(),
            Sheet = new V1.RenderSheetRequest(),
        };
        Assert.That((await RenderAsync(both)).Status, Is.EqualTo(StatusCode.InvalidArgument));
        Assert.That((await RenderAsync(new())).Status, Is.EqualTo(StatusCode.InvalidArgument));
    }

    [Test]
    public async Task CallsAboutAnItem_TakeItsKey_OrASearchThatFindsItAlone()
    {
        var key = Server.NewId();
        var id = await Server.RegisterAsync(
            $$""" "source":"mes","sourceKey":"{{key}}","attributes":{"name":"{{key}}"} """
        );
        await EventAsync("observe", $$""" "items":["{{id}}"],"place":"Hall" """);
        foreach (var query in new[] { $"source=mes&sourceKey={key}", $"find=part:name={Uri.EscapeDataString(key)}" })
        {
            foreach (var call in new[] { "trace", "status", "fulfilment" })
            {
                var named = await Server.GetAsync($"/api/v1/{call}?id={id}", Role.Reader);
                var found = await Server.GetAsync($"/api/v1/{call}?{query}", Role.Reader);
                Assert.That((found.Status, found.Text), Is.EqualTo((200, named.Text)), call);
            }
        }
        var events = await Server.GetAsync($"/api/v1/events?itemSource=mes&itemKey={key}", Role.Reader);
        var listed = await Server.GetAsync($"/api/v1/events?find=part:name={Uri.EscapeDataString(key)}", Role.Reader);
        var rolled = await RollUpAsync($$"""{"source":"mes","sourceKey":"{{key}}"}""");
        var searched = await RollUpAsync($$"""{"template":"part","attributes":{"name":"{{key}}"} }""");

        Assert.That(events.Items, Has.Length.EqualTo(1), events.Text);
        Assert.That(listed.Text, Is.EqualTo(events.Text));
        Assert.That(rolled.Json.GetProperty("root").GetString(), Is.EqualTo(id), rolled.Text);
        Assert.That(searched.Text, Is.EqualTo(rolled.Text));
    }

    [TestCase("trace?source=mes&sourceKey=none", 404, "sourceKey")]
    [TestCase("trace?sourceKey=none", 422, "source")]
    [TestCase("trace?source=mes&sourceKey=none&id=88.300.1/x", 422, "id")]
    [TestCase("trace?prefix=88.300.1&id=88.300.1/x", 422, "id")]
    [TestCase("trace?find=part", 422, "find")]
    [TestCase("trace?find=none:name=x", 422, "find")]
    [TestCase("trace?find=part:tags2=x", 422, "find")]
    [TestCase("trace?find=part:name=nobody-is-called-so", 404, "find")]
    [TestCase("trace?find=part:name=twice", 422, "find")]
    [TestCase("trace", 400, "id")]
    [TestCase("events?itemSource=mes", 422, "itemKey")]
    [TestCase("events?itemSource=mes&itemKey=none", 404, "itemKey")]
    [TestCase("events?find=part", 422, "find")]
    [TestCase("events?find=part:name=nobody-is-called-so", 404, "find")]
    [TestCase("events?itemSource=mes&itemKey=none&item=88.300.1/x", 422, "item")]
    public async Task CallsAboutAnItem_Faults_AreNamed(string call, int status, string field)
    {
        if (call.Contains("twice", StringComparison.Ordinal))
        {
            await Server.RegisterAsync(""" "attributes":{"name":"twice"} """);
            await Server.RegisterAsync(""" "attributes":{"name":"twice"} """);
        }

        var answer = await Server.GetAsync("/api/v1/" + call, Role.Reader);

        Assert.That((answer.Status, answer.Fields.FirstOrDefault()), Is.EqualTo((status, field)), answer.ToString());
    }

    [TestCase("""{"source":"mes"}""", 422, "sourceKey")]
    [TestCase("""{"template":"part"}""", 422, "root")]
    [TestCase("""{}""", 422, "root")]
    [TestCase("""{"colour":1}""", 422, "root.colour")]
    [TestCase("""{"source":"mes","sourceKey":"none"}""", 404, "sourceKey")]
    [TestCase("""{"template":"part","attributes":{"name":"a","tags":"b"} }""", 422, "root")]
    public async Task RollUp_OfARootThatIsNotFound_NamesTheField(string root, int status, string field)
    {
        var answer = await RollUpAsync(root);

        Assert.That((answer.Status, answer.Fields.FirstOrDefault()), Is.EqualTo((status, field)), answer.ToString());
    }

    [Test]
    public async Task Scan_OfAnItemByItsKeyOrBySearch_IsThatOfItsText()
    {
        var key = Server.NewId();
        var id = await Server.RegisterAsync(
            $$""" "source":"mes","sourceKey":"{{key}}","attributes":{"name":"{{key}}"} """
        );
        const string Intent = ""","intent":{"do":"use"} """;
        var text = await Server.SendAsync(Role.Reader, "POST", "/api/v1/scan", $$"""{"text":"{{id}}"{{Intent}}}""");
        foreach (
            var item in new[]
            {
                $$"""{"source":"mes","sourceKey":"{{key}}"}""",
                $$"""{"template":"part","attributes":{"name":"{{key}}"} }""",
            }
        )
        {
            var found = await Server.SendAsync(
                Role.Reader,
                "POST",
                "/api/v1/scan",
                $$"""{"item":{{item}}{{Intent}}}"""
            );
            var record = await Server.SendAsync(Role.Reader, "POST", "/api/v1/scan", $$"""{"item":{{item}}}""");
            var both = await Server.SendAsync(
                Role.Reader,
                "POST",
                "/api/v1/scan",
                $$"""{"text":"x","item":{{item}}}"""
            );
            var anyone = await Server.SendAsync(Role.Anonymous, "POST", "/api/v1/scan", $$"""{"item":{{item}}}""");
            Assert.That((found.Status, found.Text), Is.EqualTo((200, text.Text)));
            Assert.That(record.Json.GetProperty("identifier").GetString(), Is.EqualTo(id), record.Text);
            Assert.That((both.Status, both.Fields[0], anyone.Status), Is.EqualTo((422, "item", 401)));
        }
    }

    [Test]
    public async Task ScanThatIsRecordedForAnOrder_TellsWhatItLacks()
    {
        var order = await Server.RegisterAsync();
        var (one, two) = (await Server.RegisterAsync(), await Server.RegisterAsync());
        await EventAsync("cover", $$""" "documents":["{{order}}"],"items":["{{one}}","{{two}}"] """);

        var asked = await ScanAsync(one, order, "");
        var first = await ScanAsync(one, order, Recorded(one));
        var last = await ScanAsync(two, order, Recorded(two));
        var again = await ScanAsync(one, order, Recorded(one));

        Assert.That(asked.Json.TryGetProperty("order", out _), Is.False, "nothing was recorded");
        Assert.That(first.Json.GetProperty("order").GetProperty("complete").GetBoolean(), Is.False, first.Text);
        Assert.That(last.Json.GetProperty("order").GetProperty("complete").GetBoolean(), last.Text);
        Assert.That(again.Json.GetProperty("order").GetProperty("complete").GetBoolean(), again.Text);

        static string Recorded(string key) => $$""","record":{"source":"wms","sourceKey":"{{key}}"}""";
    }

    [Test]
    public async Task ScanThatIsRecordedForAnOrder_HasItsLabels_WhereItAsks()
    {
        var order = await Server.RegisterAsync();
        var (pallet, one, two) = (await Server.RegisterAsync(), await Server.RegisterAsync(), await NewAsync());
        await EventAsync("assemble", $$""" "parent":"{{pallet}}","children":["{{one}}","{{two}}"] """);
        await EventAsync("hold", $$""" "items":["{{two}}"],"reason":"why" """);
        var ship = $$""" "order":"{{order}}","record":{"source":"wms","sourceKey":"{{pallet}}"} """;

        var held = await LabelledAsync(pallet, ship);
        await EventAsync("release", $$""" "items":["{{two}}"] """);
        var first = await LabelledAsync(pallet, ship);
        var again = await LabelledAsync(pallet, ship);

        Assert.That(held.Json.GetProperty("allowed").GetBoolean(), Is.False);
        Assert.That(held.Json.TryGetProperty("labels", out _), Is.False, "nothing was recorded");
        var labels = first.Json.GetProperty("labels");
        Assert.That(labels.GetProperty("items").GetInt32(), Is.EqualTo(3), first.Text);
        Assert.That(Urls(labels.GetProperty("zpl").GetString()!), Is.EqualTo([pallet, one, two]));
        var call = await Server.GetAsync(labels.GetProperty("url").GetString()!, Role.Reader);
        Assert.That(call.Text, Is.EqualTo(labels.GetProperty("zpl").GetString()));
        Assert.That(again.Json.GetProperty("labels").ToString(), Is.EqualTo(labels.ToString()));
    }

    [Test]
    public async Task ScanThatIsRecordedForAnOrder_OfMoreThan200Labels_NamesTheCallThatHasThem()
    {
        var (order, box) = (await Server.RegisterAsync(), await Server.RegisterAsync());
        var others = string.Join(',', Enumerable.Range(0, ScanLabels.Most).Select(_ => $"\"{Server.NewId()}\""));
        await EventAsync("ship", $$""" "items":[{{others}}],"documents":["{{order}}"] """);

        // What is shipped has a label to begin with.
        var answer = await LabelledAsync(
            box,
            $$""" "order":"{{order}}","record":{"source":"wms","sourceKey":"{{box}}"} """
        );

        var labels = answer.Json.GetProperty("labels");
        Assert.That(labels.GetProperty("items").GetInt32(), Is.EqualTo(ScanLabels.Most + 1), answer.Text);
        Assert.That(labels.TryGetProperty("zpl", out _), Is.False);
        Assert.That(
            Urls((await Server.GetAsync(labels.GetProperty("url").GetString()!, Role.Reader)).Text),
            Is.EqualTo([box])
        );
    }

    [Test]
    public async Task ScanThatWasRecorded_OfWhatWasRevokedSince_SaysWhyThereAreNoLabels()
    {
        var (order, item) = (await Server.RegisterAsync(), await Server.RegisterAsync());
        var ship = $$""" "order":"{{order}}","record":{"source":"wms","sourceKey":"{{item}}"} """;
        await LabelledAsync(item, ship);
        await Server.SendAsync(Role.Registrar, "DELETE", $"/api/v1/identifiers/{item}");

        var again = await LabelledAsync(item, ship);

        Assert.That(again.Json.TryGetProperty("event", out _), again.Text);
        var labels = again.Json.GetProperty("labels");
        Assert.That(labels.GetProperty("items").GetInt32(), Is.Zero, again.Text);
        var call = await Server.GetAsync(labels.GetProperty("url").GetString()!, Role.Reader);
        Assert.That(
            labels.GetProperty("error").GetProperty("code").GetString(),
            Is.EqualTo("Revoked").And.EqualTo(call.Json.GetProperty("code").GetString()),
            again.Text
        );
    }

    [TestCase("""{"text":"{0}","labels":true}""")]
    [TestCase("""{"text":"{0}","intent":{"do":"ship","order":"o"},"labels":true}""")]
    [TestCase("""{"text":"{0}","intent":{"do":"ship","record":{"source":"w","sourceKey":"1"}},"labels":true}""")]
    [TestCase("""{"text":"{0}","labels":"zpl"}""")]
    public async Task Scan_LabelsOfNoOrder_AreRefused(string body)
    {
        var item = await Server.RegisterAsync();

        var answer = await Server.SendAsync(
            Role.Registrar,
            "POST",
            "/api/v1/scan",
            body.Replace("{0}", item, StringComparison.Ordinal)
        );

        Assert.That((answer.Status, answer.Fields[0]), Is.EqualTo((422, "labels")), answer.Text);
    }

    private Task<Answer> LabelledAsync(string item, string intent) =>
        Server.SendAsync(
            Role.Registrar,
            "POST",
            "/api/v1/scan",
            $$"""{"text":"{{item}}","intent":{"do":"ship",{{intent}} },"labels":true}"""
        );

    private Task<Answer> ScanAsync(string item, string order, string more) =>
        Server.SendAsync(
            Role.Registrar,
            "POST",
            "/api/v1/scan",
            $$"""{"text":"{{item}}","intent":{"do":"ship","order":"{{order}}"{{more}}} }"""
        );

    private Task<Answer> RollUpAsync(string root) =>
        Server.SendAsync(
            Role.Reader,
            "POST",
            "/api/v1/trace:rollup",
            $$"""{"root":{{root}},"function":"sum","attribute":"cost"}"""
        );

    private Task<string> NewAsync() => Server.RegisterAsync();

    private async Task<List<string>> LabelsAsync(string query)
    {
        var answer = await Server.GetAsync("/api/v1/labels?" + query, Role.Reader);
        Assert.That(answer.Status, Is.EqualTo(200), answer.ToString());
        return Urls(answer.Text);
    }

    /// <summary>The identifiers in the QR codes, in the order of the labels.</summary>
    private static List<string> Urls(string zpl) =>
        [.. Url().Matches(zpl).Select(url => Uri.UnescapeDataString(url.Groups[1].Value))];

    private static V1.ItemLookup ByKey(string key) =>
        new()
        {
            Key = new V1.BusinessKey { Source = "erp", SourceKey = key },
        };

    private async Task<(StatusCode Status, string Text)> RenderAsync(V1.RenderOrderRequest request)
    {
        using var channel = GrpcChannel.ForAddress($"http://{Server.GrpcEndPoint}");
        var method = new Method<byte[], byte[]>(
            MethodType.ServerStreaming,
            "idresolution.v1.Labels",
            "RenderOrder",
            s_bytes,
            s_bytes
        );
        var headers = new Metadata { { "authorization", $"Bearer {Server.KeyOf(Role.Reader)}" } };
        using var call = channel
            .CreateCallInvoker()
            .AsyncServerStreamingCall(method, null, new CallOptions(headers), request.ToByteArray());
        var text = new StringBuilder();
        try
        {
            while (await call.ResponseStream.MoveNext(CancellationToken.None))
            {
                text.Append(V1.Artwork.Parser.ParseFrom(call.ResponseStream.Current).Data.ToStringUtf8());
            }
            return (StatusCode.OK, text.ToString());
        }
        catch (RpcException e)
        {
            return (e.StatusCode, e.Status.Detail);
        }
    }

    private async Task<string> EventAsync(string type, string members)
    {
        var answer = await Server.SendAsync(
            Role.Registrar,
            "POST",
            "/api/v1/events",
            $$"""{"type":"{{type}}","time":"2026-03-02T08:00:{{_minute++:00}}Z",{{members}}}"""
        );
        Assert.That(answer.Status, Is.EqualTo(201), answer.ToString());
        return answer.Json.GetProperty("event").GetString()!;
    }

    [GeneratedRegex(@"http://[^/]+/(88\.300\.1/[^\^\n]+)")]
    private static partial Regex Url();
}
