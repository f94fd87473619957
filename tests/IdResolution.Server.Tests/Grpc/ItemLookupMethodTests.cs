using Google.Protobuf;
using Google.Rpc;
using IdResolution.Core.Access;
using IdResolution.Server.Grpc;
using IdResolution.Server.Tests.Rest;

namespace IdResolution.Server.Tests.Grpc;

/// <summary>Methods that take an item by its business key or by a search in the place of its identifier.</summary>
[TestFixture]
public sealed class ItemLookupMethodTests : NodeFixture
{
    private const string Service = "Traceability/";

    /// <summary>Each method: its field of a text, its field in the place of it, and what else it needs.</summary>
    private static readonly TestCaseData[] s_methods =
    [
        new(Service + "GetStatus", "identifier", "by", ""),
        new(Service + "ListEvents", "item", "itemBy", ""),
        new(Service + "Trace", "identifier", "by", ""),
        new(Service + "RollUp", "root", "by", ""","function":"ROLL_UP_FUNCTION_SUM","attribute":"cost" """),
        new(Service + "Scan", "text", "by", ""","intent":{"do":"INTENT_ACTION_USE"}"""),
        new("Warehouse/GetFulfilment", "identifier", "by", ""),
        new("Equipment/GetLife", "identifier", "by", ""","at":"2026-03-03T08:00:00Z" """),
        new("Equipment/ListCalibration", "item", "by", ""),
        new("Equipment/ListMade", "equipment", "by", ""),
    ];

    private RawGrpc _client = null!;

    [OneTimeSetUp]
    public void Connect() => _client = new RawGrpc(Server.GrpcEndPoint);

    [OneTimeTearDown]
    public void Disconnect() => _client.Dispose();

    [TestCaseSource(nameof(s_methods))]
    public async Task Method_ByKeyOrSearch_AnswersAsByTheText(string method, string text, string by, string more)
    {
        var key = Server.NewId();
        var id = await Server.RegisterAsync(
            $$""" "source":"mes","sourceKey":"{{key}}","attributes":{"name":"{{key}}"} """
        );
        var observed = await Server.SendAsync(
            Role.Registrar,
            "POST",
            "/api/v1/events",
            $$"""{"type":"observe","time":"2026-03-02T08:00:00Z","items":["{{id}}"],"place":"Hall"}"""
        );
        Assert.That(observed.Status, Is.EqualTo(201), observed.ToString());

        var named = await CallAsync(method, $$"""{"{{text}}":"{{id}}"{{more}}}""");
        var byKey = await CallAsync(
            method,
            $$$"""{"{{{by}}}":{"key":{"source":"mes","sourceKey":"{{{key}}}"}}{{{more}}}}"""
        );
        var found = await CallAsync(method, $$$"""{"{{{by}}}":{"find":"part:name={{{key}}}"}{{{more}}}}""");

        Assert.That((named.Field, byKey.Field, found.Field), Is.EqualTo(("", "", "")));
        Assert.That(named.Body, Is.Not.Empty);
        Assert.That(byKey.Body, Is.EqualTo(named.Body));
        Assert.That(found.Body, Is.EqualTo(named.Body));
    }

    [TestCaseSource(nameof(s_methods))]
    public async Task Method_Faults_NameFieldsOfTheMessage(string method, string text, string by, string more)
    {
        var field = GrpcErrors.FieldName(by);
        (string By, string Field)[] faults =
        [
            ("""{"key":{"source":"mes","sourceKey":"none"}}""", field + ".key.source_key"),
            ("""{"key":{"source":"mes"}}""", field + ".key.source_key"),
            ("""{"key":{"sourceKey":"none"}}""", field + ".key.source"),
            ("""{"find":"part"}""", field + ".find"),
            ("""{"find":"none:name=x"}""", field + ".find"),
            ("""{"find":"part:name=nobody-is-called-so"}""", field + ".find"),
        ];
        foreach (var (given, expected) in faults)
        {
            var answer = await CallAsync(method, $$"""{"{{by}}":{{given}}{{more}}}""");
            Assert.That(answer.Field, Is.EqualTo(expected), given);
        }
        var both = await CallAsync(
            method,
            $$$"""{"{{{text}}}":"88.300.1/x","{{{by}}}":{"find":"part:name=x"}{{{more}}}}"""
        );
        Assert.That(both.Field, Is.EqualTo(text));
    }

    [Test]
    public async Task ListStock_WithinAPlace_AndOfALot_IsThatOfTheItem()
    {
        var (id, place) = (await Server.RegisterAsync(), "Hall " + Server.NewId().Split('/')[1]);
        await Server.SendAsync(
            Role.Registrar,
            "POST",
            "/api/v1/events",
            $$"""{"type":"commission","time":"2026-03-02T08:00:00Z","items":["{{id}}"],"place":"{{place}}"}"""
        );

        var byItem = await CallAsync("Warehouse/ListStock", $$"""{"item":"{{id}}"}""");
        var byBoth = await CallAsync("Warehouse/ListStock", $$"""{"within":"{{place}}","lot":"{{id}}"}""");
        var unknown = await CallAsync("Warehouse/ListStock", """{"lot":"nobody knows it"}""");

        // Five bytes say how long the message is.
        Assert.That(byBoth.Body, Is.EqualTo(byItem.Body));
        Assert.That(V1.ListStockResponse.Parser.ParseFrom(byItem.Body[5..]).Items.Single().Place, Is.EqualTo(place));
        Assert.That(unknown.Field, Is.EqualTo("lot"));
    }

    [Test]
    public async Task RollUp_OfARootThatIsNotRegistered_NamesIt()
    {
        var request = $$"""{"root":"{{Server.NewId()}}","function":"ROLL_UP_FUNCTION_SUM","attribute":"cost"}""";
        Assert.That((await CallAsync(Service + "RollUp", request)).Field, Is.EqualTo("root"));
    }

    [Test]
    public async Task RenderOrder_OfAnOrderThatIsNotRegistered_NamesIt()
    {
        var request = $$"""{"identifier":"{{Server.NewId()}}"}""";
        Assert.That((await CallAsync("Labels/RenderOrder", request)).Field, Is.EqualTo("identifier"));
    }

    /// <summary>Makes a call: the body of its answer, and the field that its error names, empty for none.</summary>
    private async Task<(byte[] Body, string Field)> CallAsync(string name, string request)
    {
        var method = GrpcApi.Own.SelectMany(s => s.Methods).Single(m => $"{m.Service.Name}/{m.Name}" == name);
        var message = JsonParser.Default.Parse(request, method.InputType);
        using var response = await _client.SendAsync(
            $"{method.Service.FullName}/{method.Name}",
            message,
            Server.KeyOf(Role.Reader)
        );
        var body = await response.Content.ReadAsByteArrayAsync();
        if (RawGrpc.StatusOf(response) == "0")
        {
            return (body, "");
        }
        var details = response.Headers.Concat(response.TrailingHeaders).First(h => h.Key == "grpc-status-details-bin");
        var encoded = details.Value.Single();
        var status = Status.Parser.ParseFrom(
            Convert.FromBase64String(encoded.PadRight((encoded.Length + 3) / 4 * 4, '='))
        );
        return (body, status.Details[0].Unpack<ErrorInfo>().Metadata["field"]);
    }
}
