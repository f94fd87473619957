using System.Text;
using System.Text.Json;
using IdResolution.Core.Access;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Records;
using IdResolution.Core.Registration;
using IdResolution.Core.Templates;
using IdResolution.Core.Traceability;

namespace IdResolution.Server.Tests.CommandLine;

[TestFixture]
public sealed class EraseCommandTests : CommandLineFixture
{
    private const string Secret = "王小明-SECRET-0815";

    private string _id = "";

    [SetUp]
    public async Task MakeRecord()
    {
        await InitAsync();
        await MakeTemplateAsync(
            "human",
            """
            [{"code":"name","type":"text","searchable":true},{"code":"number","type":"text","unique":true,"required":true},{"code":"shift","type":"text"},{"code":"gone","type":"text"}]
            """
        );
        var record = await DoAsync(
            "register",
            "--data",
            Data,
            "--template",
            "human",
            "--attribute",
            "name=" + Secret,
            "--attribute",
            "number=N-" + Secret,
            "--attribute",
            "shift=day",
            "--attribute",
            "gone=" + Secret
        );
        _id = JsonDocument.Parse(record).RootElement.GetProperty("identifier").GetString()!;
    }

    [Test]
    public async Task Erase_Attributes_LeavesNoTraceOfTheValuesInTheDatabase()
    {
        await UpdateAsync(("gone", ""), ("shift", "night"));
        Assert.That(Traces(Secret), Is.Positive, "the test looks where the value is");

        var output = await DoAsync("erase", "--data", Data, _id, "--attribute", "name", "number", "gone", "--yes");

        Assert.That(Traces(Secret), Is.Zero);
        Assert.That(output, Does.Contain("attribute name, attribute number, attribute gone").And.Contain("Backups"));
        Assert.That(
            JsonDocument
                .Parse(await DoAsync("resolve", "--data", Data, _id))
                .RootElement.GetProperty("attributes")
                .GetRawText(),
            Does.Contain("night").And.Not.Contain("name")
        );
    }

    [Test]
    public async Task Erase_ValueThatWasUpdatedBefore_LeavesNoTraceOfEither()
    {
        await UpdateAsync(("name", "second " + Secret));
        await UpdateAsync(("name", "third"));

        await DoAsync(
            "erase",
            "--data",
            Data,
            _id,
            "--attribute",
            "name",
            "--attribute",
            "number",
            "--attribute",
            "gone",
            "--yes"
        );

        Assert.That(Traces(Secret), Is.Zero);
    }

    [Test]
    public async Task Erase_All_LeavesTheIdentifierAlone()
    {
        await DoAsync("erase", "--data", Data, _id, "--all", "--yes");

        var record = JsonDocument.Parse(await DoAsync("resolve", "--data", Data, _id)).RootElement;
        Assert.That(record.GetProperty("attributes").EnumerateObject(), Is.Empty);
        Assert.That(record.GetProperty("identifier").GetString(), Is.EqualTo(_id));
        Assert.That(Traces(Secret), Is.Zero);
        Assert.That(await DoAsync("erase", "--data", Data, _id, "--all", "--yes"), Does.Contain("nothing to do"));
    }

    [Test]
    public async Task Erase_All_ErasesTheKeysToo_AndTheItemSentAgainIsKnown()
    {
        const string Key = "Müller-0815-KEY";
        var id = await WithKeyAsync(Key);
        Assert.That(Traces(Key), Is.Positive, "the test looks where the key is");

        var said = await DoAsync("erase", "--data", Data, id, "--all", "--yes");

        Assert.That(said, Does.Contain("hr"));
        Assert.That(Traces(Key), Is.Zero);
        Assert.That(await DoAsync("resolve", "--data", Data, id), Does.Not.Contain("hr"));
        Assert.That(await WithKeyAsync(Key), Is.EqualTo(id), "the item sent again");
        Assert.That(Traces(Key), Is.Zero, "nor is it kept then");
    }

    [Test]
    public async Task Erase_KeyOf_OneSource_LeavesTheOther()
    {
        const string Key = "Müller-0815-KEY";
        var id = await WithKeyAsync(Key);
        await DoAsync("business-key", "add", "--data", Data, id, "--source", "badge", "--key", "B-0815");

        await DoAsync("erase", "--data", Data, id, "--key-of", "hr", "--yes");

        Assert.That(Traces(Key), Is.Zero);
        Assert.That(Traces("B-0815"), Is.Positive);
        Assert.That(await DoAsync("resolve", "--data", Data, id), Does.Contain("B-0815").And.Not.Contain("\"hr\""));
        Assert.That((await RunAsync("doctor", "--data", Data)).Code, Is.Zero);
    }

    private async Task<string> WithKeyAsync(string key)
    {
        string[] item = ["--template", "human", "--attribute", "number=N2", "--source", "hr", "--source-key", key];
        var record = await DoAsync(["register", "--data", Data, .. item]);
        return JsonDocument.Parse(record).RootElement.GetProperty("identifier").GetString()!;
    }

    [Test]
    public async Task Erase_Tombstone_IsErasedAndStaysOne()
    {
        using (var node = await OpenAsync())
        {
            await node.Get<RecordEditor>().RevokeAsync(Identifier.Parse(_id).Value, null, Caller.CommandLine, default);
        }

        await DoAsync("erase", "--data", Data, _id, "--all", "--yes");

        Assert.That(Traces(Secret), Is.Zero);
        Assert.That((await RunAsync("resolve", "--data", Data, _id)).Error, Does.Contain("revoked"));
    }

    [Test]
    public async Task Erase_AmongManyThatChangedAndMovedBetweenPages_LeavesNoTrace()
    {
        const int Count = 900;
        const int Step = 45;
        var random = new Random(5);
        using (var node = await OpenAsync())
        {
            for (var i = 0; i < Count; i += 300)
            {
                // Names in no order split the index's pages; long ones go to overflow pages.
                var requests = Enumerable
                    .Range(i, 300)
                    .Select(n => Human(n, $"{random.Next()}{new string('q', random.Next(5, 60))}-{Secret}-{n:0000}-"));
                Assert.That(
                    await node.Get<Registrar>().RegisterAsync([.. requests], Caller.CommandLine, default),
                    Has.All.Matches<Core.Errors.Result<Registered>>(r => r.IsOk)
                );
            }
            for (var i = 0; i < Count; i += 3)
            {
                await node.Get<RecordEditor>()
                    .UpdateAsync(
                        Identifier.Parse($"{Prefix}/H{i}").Value,
                        new RecordPatch { Attributes = [new("name", InputValue.OfText($"{random.Next()}"))] },
                        null,
                        Caller.CommandLine,
                        default
                    );
            }
            for (var i = 0; i < Count; i += 5)
            {
                await node.Get<RecordEditor>()
                    .RevokeAsync(Identifier.Parse($"{Prefix}/H{i}").Value, null, Caller.CommandLine, default);
            }
            for (var i = 0; i < Count; i += Step)
            {
                Assert.That(
                    (
                        await node.Get<RecordEraser>()
                            .EraseAsync(
                                Identifier.Parse($"{Prefix}/H{i}").Value,
                                ["a:name", "a:number", "a:gone"],
                                Caller.CommandLine,
                                default
                            )
                    ).IsOk
                );
            }
        }

        Assert.That(Enumerable.Range(0, Count / Step).Where(i => Traces($"-{Secret}-{i * Step:0000}-") > 0), Is.Empty);

        static RegistrationRequest Human(int number, string name) =>
            new()
            {
                Template = "human",
                Identifier = $"{Prefix}/H{number}",
                Attributes =
                [
                    new("name", InputValue.OfText(name)),
                    new("number", InputValue.OfText(name)),
                    new("gone", InputValue.OfText(new string('z', number % 10 == 0 ? 6_000 : 10) + name)),
                ],
            };
    }

    [Test]
    public async Task Erase_NobodyToAsk_NeedsYes()
    {
        var ran = await RunAsync("erase", "--data", Data, _id, "--all");

        Assert.That(ran.Code, Is.EqualTo(2));
        Assert.That(ran.Error, Does.Contain("--yes"));
        Assert.That(Traces(Secret), Is.Positive);
    }

    [TestCase("--attribute colour", 2, "attribute colour")]
    [TestCase("--value 7", 2, "value 7")]
    [TestCase("", 2, "--attribute CODE")]
    [TestCase("--all --attribute name", 2, "--all alone")]
    public async Task Erase_Wrong_NamesIt(string arguments, int code, string expected)
    {
        var ran = await RunAsync([
            "erase",
            "--data",
            Data,
            _id,
            "--yes",
            .. arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries),
        ]);

        Assert.That(ran.Code, Is.EqualTo(code));
        Assert.That(ran.Error, Does.Contain(expected));
        Assert.That(Traces(Secret), Is.Positive);
    }

    [Test]
    public async Task Erase_UnknownIdentifier_IsRefused()
    {
        var ran = await RunAsync("erase", "--data", Data, "88.300.1/none", "--all", "--yes");

        Assert.That((ran.Code, ran.Error.Trim()), Is.EqualTo((1, "identifier: 88.300.1/none is not registered.")));
    }

    [Test]
    public async Task Erase_APersonOfAnEvent_LeavesNoTraceOfTheName_AndADoctorThatFindsNothing()
    {
        const string Name = "王小红-EVENT-0815";
        var id = await RecordAsync(
            new EventRequest
            {
                Type = "operate",
                Time = "2026-03-01T08:00:00Z",
                Items = [new ThingRequest { Identifier = $"{Prefix}/E1" }],
                Persons = [new ThingRequest { Text = "Ann" }, new ThingRequest { Text = Name }],
                Place = new ThingRequest { Text = "Hall 3" },
                Reason = "by " + Name,
            }
        );
        Assert.That(Traces(Name), Is.Positive, "the test looks where the name is");

        var wrong = await RunAsync("erase", "--data", Data, "--event", id, "--member", "persons[2]", "--yes");
        var whole = await RunAsync("erase", "--data", Data, "--event", id, "--member", "persons", "--yes");
        var kept = await RunAsync("erase", "--data", Data, "--event", id, "--member", "time", "--yes");
        var none = await RunAsync(
            "erase",
            "--data",
            Data,
            "--event",
            Guid.Empty.ToString(),
            "--member",
            "reason",
            "--yes"
        );
        var said = await DoAsync("erase", "--data", Data, "--event", id, "--member", "persons[1]", "reason", "--yes");

        Assert.That((wrong.Code, whole.Code, kept.Code, none.Code), Is.EqualTo((1, 1, 1, 1)), none.Error);
        Assert.That(wrong.Error, Does.Contain("persons[0…1]").And.Not.Contain("time"));
        Assert.That(said, Does.Contain("at version 2"));
        Assert.That(Traces(Name), Is.Zero);
        Assert.That(Traces("Ann"), Is.Positive);
        Assert.That((await RunAsync("doctor", "--data", Data)).Code, Is.Zero);
        Assert.That(await DoAsync("where", "--data", Data, $"{Prefix}/E1"), Does.Contain("Hall 3"));
        Assert.That(
            await DoAsync("story", "--data", Data, $"{Prefix}/E1"),
            Does.Contain("\"persons\":[{\"text\":\"Ann\"},null]").And.Not.Contain("reason")
        );
        Assert.That(await DoAsync("audit", "list", "--data", Data), Does.Contain("event.erase"));
    }

    private async Task<string> RecordAsync(EventRequest request)
    {
        using var node = await OpenAsync();
        var recorded = await node.Get<EventRecorder>().RecordAsync(request, Caller.CommandLine, default);
        Assert.That(recorded.IsOk, recorded.Error?.Message.En);
        return recorded.Value.Id.ToString();
    }

    private async Task UpdateAsync(params (string Code, string Value)[] values)
    {
        using var node = await OpenAsync();
        var patch = new RecordPatch
        {
            Attributes = [.. values.Select(v => KeyValuePair.Create(v.Code, InputValue.OfText(v.Value)))],
        };
        Assert.That(
            (
                await node.Get<RecordEditor>()
                    .UpdateAsync(Identifier.Parse(_id).Value, patch, null, Caller.CommandLine, default)
            ).IsOk
        );
    }

    private int Traces(string value)
    {
        var needle = Encoding.UTF8.GetBytes(value);
        return Directory
            .GetFiles(Data, "idnode.db*")
            .Count(file => File.ReadAllBytes(file).AsSpan().IndexOf(needle) >= 0);
    }
}
