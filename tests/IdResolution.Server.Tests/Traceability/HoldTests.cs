using System.Diagnostics;
using System.Text.Json;
using IdResolution.Core.Access;
using IdResolution.Core.Errors;
using IdResolution.Core.Events;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Traceability;
using IdResolution.Server.Tests.Rest;
using IdResolution.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace IdResolution.Server.Tests.Traceability;

/// <summary>Holds, and what scans with an intent say of them and of other reasons.</summary>
[TestFixture]
public sealed class HoldTests : NodeFixture
{
    [Test]
    public async Task Hold_OnARoll_ReachesWhatWasMadeFromIt_AndWhatIsMadeLater()
    {
        var (roll, piece, stack, car, late) = (NewId(), NewId(), NewId(), NewId(), NewId());
        await LinkAsync(piece, "consumes", roll);
        await LinkAsync(stack, "contains", piece);

        var hold = await EventAsync("hold", $$""" "items":["{{roll}}"],"scope":"made-from","reason":"thickness" """);
        await LinkAsync(car, "contains", stack);
        await LinkAsync(late, "consumes", roll);

        foreach (var id in new[] { roll, piece, stack, car, late })
        {
            var holds = await HoldsAsync(id);
            Assert.That(holds, Has.Length.EqualTo(1), id);
            Assert.That(holds[0].GetProperty("event").GetString(), Is.EqualTo(hold));
            Assert.That(holds[0].GetProperty("reason").GetString(), Is.EqualTo("thickness"));
            Assert.That(holds[0].GetProperty("own").GetBoolean(), Is.EqualTo(id == roll));
        }
        await EventAsync("release", $$""" "holds":["{{hold}}"] """);
        Assert.That(await HoldsAsync(car), Is.Empty);
    }

    [Test]
    public async Task Event_ThatComesLate_HandsTheHoldOnToWhatIsThereAlready()
    {
        var (roll, piece, stack) = (NewId(), NewId(), NewId());
        await LinkAsync(stack, "contains", piece);
        await EventAsync("hold", $$""" "items":["{{roll}}"],"scope":"made-from" """);

        await LinkAsync(piece, "consumes", roll);

        Assert.That(await HoldsAsync(stack), Has.Length.EqualTo(1));
    }

    [Test]
    public async Task Hold_WhoseNodeWasKilled_GoesOnByItself()
    {
        var (roll, piece) = (NewId(), NewId());
        await LinkAsync(piece, "consumes", roll);
        // What stands in the store where the node ends right after the commit.
        var written = EventWrites.Hold("killed " + roll, HoldScope.MadeFrom, 0, roll);
        await Server.Node.Store.Events.WriteAsync([written], CancellationToken.None);

        var waited = Stopwatch.StartNew();
        var holds = await HoldsAsync(piece);
        while (holds.Length == 0 && waited.Elapsed < TimeSpan.FromMinutes(1))
        {
            holds = await HoldsAsync(piece);
        }

        Assert.That(holds, Has.Length.EqualTo(1));
    }

    [Test]
    public async Task Hold_OfTheItem_IsOnThatItemAlone_AndEndsWithItsRelease()
    {
        var (roll, piece) = (NewId(), NewId());
        await LinkAsync(piece, "consumes", roll);
        await EventAsync("hold", $$""" "items":["{{roll}}"] """);
        await EventAsync("hold", $$""" "items":["{{roll}}"],"reason":"again" """);

        Assert.That(((await HoldsAsync(roll)).Length, (await HoldsAsync(piece)).Length), Is.EqualTo((2, 0)));
        await EventAsync("release", $$""" "items":["{{roll}}"] """);
        Assert.That(await HoldsAsync(roll), Is.Empty);
    }

    [Test]
    public async Task Release_OfOneItem_KeepsTheHoldOnTheOthers()
    {
        var (first, second, both, alone) = (NewId(), NewId(), NewId(), NewId());
        await LinkAsync(both, "consumes", first);
        await LinkAsync(both, "consumes", second);
        await LinkAsync(alone, "consumes", first);
        await EventAsync("hold", $$""" "items":["{{first}}","{{second}}"],"scope":"made-from" """);

        await EventAsync("release", $$""" "items":["{{first}}"] """);

        Assert.That(((await HoldsAsync(first)).Length, (await HoldsAsync(alone)).Length), Is.EqualTo((0, 0)));
        Assert.That(((await HoldsAsync(second)).Length, (await HoldsAsync(both)).Length), Is.EqualTo((1, 1)));
    }

    [Test]
    public async Task Release_BeforeTheHoldThatItNames_IsRefused()
    {
        var roll = NewId();
        var hold = await EventAsync("hold", $$""" "items":["{{roll}}"] """);

        var early = await Server.SendAsync(
            Role.Registrar,
            "POST",
            "/api/v1/events",
            $$"""{"type":"release","time":"2026-03-02T07:59:59Z","holds":["{{hold}}"]}"""
        );

        Assert.That((early.Status, early.Fields[0]), Is.EqualTo((422, "holds[0]")), early.ToString());
        Assert.That(await HoldsAsync(roll), Has.Length.EqualTo(1));
    }

    [Test]
    public async Task Correction_OfWhatHandedAHoldOn_TakesItBack()
    {
        var (roll, wrong, stack) = (NewId(), NewId(), NewId());
        await LinkAsync(stack, "contains", wrong);
        var used = await EventAsync("transform", $$""" "inputs":["{{roll}}"],"outputs":["{{wrong}}"] """);
        await EventAsync("hold", $$""" "items":["{{roll}}"],"scope":"made-from" """);
        Assert.That(await HoldsAsync(stack), Has.Length.EqualTo(1));

        await EventAsync("correct", $$""" "corrects":"{{used}}" """);

        Assert.That(((await HoldsAsync(wrong)).Length, (await HoldsAsync(stack)).Length), Is.EqualTo((0, 0)));
        Assert.That(await HoldsAsync(roll), Has.Length.EqualTo(1));
    }

    [Test]
    public async Task Hold_ThatIsCorrected_Ends()
    {
        var roll = NewId();
        var hold = await EventAsync("hold", $$""" "items":["{{roll}}"] """);

        await EventAsync("correct", $$""" "corrects":"{{hold}}" """);

        Assert.That(await HoldsAsync(roll), Is.Empty);
    }

    [Test]
    public async Task Scan_WithAnIntent_SaysEveryReason()
    {
        await PublishAsync(
            "frame",
            """{"code":"frame","attributes":[],"trace":{"links":[{"type":"contains","templates":["part"]}]} }"""
        );
        var (roll, piece, frame) = (await Server.RegisterAsync(), await Server.RegisterAsync(), NewId());
        await RegisterAsync($$"""{"template":"frame","identifier":"{{frame}}"}""");
        await LinkAsync(piece, "consumes", roll);
        await LinkAsync(frame, "contains", piece);
        await EventAsync("hold", $$""" "items":["{{roll}}"],"scope":"made-from","reason":"thin" """);

        Assert.That(await ReasonsAsync(piece, """{"do":"use"}"""), Is.EqualTo(["AncestorHeld", "AlreadyUsed"]));
        Assert.That(await ReasonsAsync(roll, """{"do":"ship"}"""), Is.EqualTo(["Held", "AlreadyUsed"]));
        Assert.That(await ReasonsAsync(roll, """{"do":"move","place":"quarantine"}"""), Is.Empty);
        await Server.SendAsync(Role.Registrar, "DELETE", $"/api/v1/identifiers/{roll}");
        Assert.That(await ReasonsAsync(roll, """{"do":"move","place":"bin"}"""), Is.EqualTo(["Revoked"]));
    }

    [Test]
    public async Task Scan_AnItemWithoutFindings_MayBeUsed_AndIsRecordedOnce()
    {
        var (piece, stack) = (await Server.RegisterAsync(), await Server.RegisterAsync());
        var intent =
            $$"""{"do":"install","into":"{{stack}}","position":"3","record":{"source":"hand","sourceKey":"{{piece}}"} }""";

        var first = await ScanAsync(piece, intent, Role.Registrar);
        var again = await ScanAsync(piece, intent, Role.Registrar);

        Assert.That((first.Status, again.Status), Is.EqualTo((200, 200)), first.ToString());
        Assert.That(first.Json.GetProperty("allowed").GetBoolean(), first.Text);
        Assert.That(again.Text, Is.EqualTo(first.Text));
        Assert.That(first.Json.TryGetProperty("event", out _), first.Text);
        var status = await Server.GetAsync($"/api/v1/status/{piece}", Role.Reader);
        Assert.That(status.Json.GetProperty("parent").GetString(), Is.EqualTo(stack));
        Assert.That(
            await ReasonsAsync(piece, $$"""{"do":"install","into":"{{NewId()}}"}"""),
            Is.EqualTo(["AlreadyUsed"])
        );
    }

    [TestCase("install")]
    [TestCase("use")]
    public async Task Scan_PieceWhoseUseSaysOne_IsUsedOnce(string verb)
    {
        var piece = await Server.RegisterAsync();
        var allowed = new List<bool>();
        for (var i = 0; i < 2; i++)
        {
            var answer = await ScanAsync(
                piece,
                $$"""
                {"do":"{{verb}}","into":"{{NewId()}}","quantity":1,"record":{"source":"hand","sourceKey":"{{piece}} {{i}}"} }
                """,
                Role.Registrar
            );
            allowed.Add(answer.Json.GetProperty("allowed").GetBoolean());
        }

        Assert.That(allowed, Is.EqualTo([true, false]));
        Assert.That(
            await ReasonsAsync(piece, $$"""{"do":"install","into":"{{NewId()}}"}"""),
            Is.EqualTo(["AlreadyUsed"])
        );
    }

    [Test]
    public async Task Scan_LotOfWhichOneWasUsedLast_IsUsedUntilNothingIsLeft()
    {
        var box = await Server.RegisterAsync();
        await EventAsync("transform", $$""" "outputs":[{"identifier":"{{box}}","quantity":2}] """);
        await EventAsync(
            "assemble",
            $$""" "parent":"{{NewId()}}","children":[{"identifier":"{{box}}","quantity":1}] """
        );
        Assert.That(await ReasonsAsync(box, """{"do":"use"}"""), Is.Empty);

        await EventAsync(
            "assemble",
            $$""" "parent":"{{NewId()}}","children":[{"identifier":"{{box}}","quantity":1}] """
        );

        Assert.That(await ReasonsAsync(box, """{"do":"use"}"""), Is.EqualTo(["UsedUp"]));
    }

    [TestCase("install")]
    [TestCase("use")]
    public async Task Scan_ByManyAtOnceOfOnePiece_IsAllowedOnce(string verb)
    {
        var piece = await Server.RegisterAsync();
        var stack = NewId();

        var answers = await Task.WhenAll(
            Enumerable
                .Range(0, 32)
                .Select(i =>
                    ScanAsync(
                        piece,
                        $$"""{"do":"{{verb}}","into":"{{stack}}","record":{"source":"hand","sourceKey":"{{piece}} {{i}}"} }""",
                        Role.Registrar
                    )
                )
        );

        Assert.That(answers.Select(a => a.Status), Is.All.EqualTo(200));
        var allowed = answers.Where(a => a.Json.GetProperty("allowed").GetBoolean()).ToList();
        Assert.That(allowed, Has.Count.EqualTo(1));
        var events = await Server.GetAsync($"/api/v1/events?item={piece}", Role.Reader);
        Assert.That(events.Json.GetProperty("items").GetArrayLength(), Is.EqualTo(1), events.Text);
        foreach (var answer in answers.Except(allowed))
        {
            var reasons = answer.Json.GetProperty("reasons").EnumerateArray();
            Assert.That(reasons.Select(r => r.GetProperty("code").GetString()), Is.EqualTo(["AlreadyUsed"]));
        }
    }

    [Test]
    public async Task Scan_HeldBetweenJudgingAndRecording_IsNotAllowed()
    {
        var piece = await Server.RegisterAsync();
        var intent = new ScanIntent
        {
            Do = "use",
            Into = new ThingRequest { Identifier = NewId() },
            Record = new IntentEvent { Source = "hand", SourceKey = piece },
        };

        var answer = await JudgeBesideAHoldAsync(piece, intent);

        Assert.That(answer.Value.Reasons.Select(r => r.Code), Is.EqualTo(["Held"]));
        var events = await Server.GetAsync($"/api/v1/events?item={piece}", Role.Reader);
        Assert.That(events.Json.GetProperty("items").GetArrayLength(), Is.EqualTo(1), events.Text);
    }

    [Test]
    public async Task Scan_OfAPallet_WithSomethingHeldBetweenJudgingAndRecording_IsRefused()
    {
        var (pallet, piece, order) = (
            await Server.RegisterAsync(),
            await Server.RegisterAsync(),
            await Server.RegisterAsync()
        );
        await EventAsync("assemble", $$""" "parent":"{{pallet}}","children":["{{piece}}"] """);
        var intent = new ScanIntent
        {
            Do = "ship",
            Order = new ThingRequest { Text = order },
            Record = new IntentEvent { Source = "hand", SourceKey = pallet },
        };

        var answer = await JudgeBesideAHoldAsync(pallet, intent, piece);

        Assert.That(answer.Value.Reasons.Select(r => r.Code), Is.EqualTo(["Held"]));
        Assert.That(answer.Value.Recorded, Is.Null);
    }

    [Test]
    public async Task Scan_ToMove_HeldBetweenJudgingAndRecording_IsRecorded()
    {
        var piece = await Server.RegisterAsync();
        var intent = new ScanIntent
        {
            Do = "move",
            Place = new ThingRequest { Text = "quarantine" },
            Record = new IntentEvent { Source = "hand", SourceKey = piece },
        };

        Assert.That((await JudgeBesideAHoldAsync(piece, intent)).Value.Recorded, Is.Not.Null);
    }

    [TestCase("install")]
    [TestCase("use")]
    public async Task Scan_SentAgain_IsAnsweredAsTheFirstTime(string verb)
    {
        var (piece, stack) = (await Server.RegisterAsync(), NewId());
        var intent = $$"""{"do":"{{verb}}","into":"{{stack}}","record":{"source":"hand","sourceKey":"{{piece}}"} }""";

        var both = await Task.WhenAll(
            ScanAsync(piece, intent, Role.Registrar),
            ScanAsync(piece, intent, Role.Registrar)
        );
        await EventAsync("hold", $$""" "items":["{{piece}}"] """);
        var later = await ScanAsync(piece, intent, Role.Registrar);

        Assert.That(both[0].Json.GetProperty("allowed").GetBoolean(), both[0].Text);
        Assert.That((both[1].Text, later.Text), Is.EqualTo((both[0].Text, both[0].Text)));
        var other = intent.Replace(stack, NewId(), StringComparison.Ordinal);
        Assert.That((await ScanAsync(piece, other, Role.Registrar)).Json.GetProperty("allowed").GetBoolean(), Is.False);
    }

    [Test]
    public async Task Scan_ByTheRulesOfTheTemplates_ExpiredAndWrong()
    {
        await PublishAsync(
            "assembly",
            """
            {"code":"assembly","attributes":[{"code":"name","type":"text"}],
             "trace":{"links":[{"type":"contains","templates":["dated"]}]} }
            """
        );
        await PublishAsync(
            "dated",
            """{"code":"dated","attributes":[{"code":"until","type":"date"}],"trace":{"expiry":"until"} }"""
        );
        var (assembly, old, part) = (NewId(), NewId(), await Server.RegisterAsync());
        await RegisterAsync($$"""{"template":"assembly","identifier":"{{assembly}}","attributes":{} }""");
        await RegisterAsync($$"""{"template":"dated","identifier":"{{old}}","attributes":{"until":"2020-01-31"} }""");
        var into = $$"""{"do":"install","into":"{{assembly}}"}""";

        Assert.That(await ReasonsAsync(old, into), Is.EqualTo(["Expired"]));
        Assert.That(await ReasonsAsync(part, into), Is.EqualTo(["WrongTemplate"]));
        var refused = await Server.SendAsync(
            Role.Registrar,
            "POST",
            "/api/v1/events",
            $$"""
            {"type":"assemble","time":"2026-03-01T08:00:00Z","parent":"{{assembly}}","children":["{{old}}","{{part}}"]}
            """
        );
        Assert.That((refused.Status, refused.Fields[0]), Is.EqualTo((422, "children[1]")), refused.ToString());
    }

    [TestCase("""{}""", "intent.do")]
    [TestCase("""{"do":"eat"}""", "intent.do")]
    [TestCase("""{"do":"install"}""", "intent.into")]
    [TestCase("""{"do":"move"}""", "intent.place")]
    [TestCase("""{"do":"use","into":"word"}""", "intent.into", 400)]
    [TestCase("""{"do":"use","colour":1}""", "intent.colour")]
    [TestCase("5", "intent")]
    public async Task Intent_Fault_NamesItsField(string intent, string field, int status = 422)
    {
        var answer = await ScanAsync(await Server.RegisterAsync(), intent, Role.Reader);

        Assert.That((answer.Status, answer.Fields[0]), Is.EqualTo((status, field)), answer.ToString());
    }

    [TestCase(Role.Anonymous, 401)]
    [TestCase(Role.Partner, 403)]
    [TestCase(Role.Reader, 200)]
    public async Task Intent_IsForReadersAndUp(Role role, int status) =>
        Assert.That(
            (await ScanAsync(await Server.RegisterAsync(), """{"do":"use"}""", role)).Status,
            Is.EqualTo(status)
        );

    private string NewId() => Server.NewId();

    /// <summary>Judges and records a scan; the item is held, and that acknowledged, before the write.</summary>
    private async Task<Result<IntentAnswer>> JudgeBesideAHoldAsync(string piece, ScanIntent intent, string? held = null)
    {
        string? hold = null;
        var store = BeforeWrite.Of(
            Server.Services.GetRequiredService<IEventStore>(),
            async () => hold ??= await EventAsync("hold", $$""" "items":["{{held ?? piece}}"] """)
        );
        var recorder = ActivatorUtilities.CreateInstance<EventRecorder>(Server.Services, store);
        return await ActivatorUtilities
            .CreateInstance<IntentJudge>(
                Server.Services,
                ActivatorUtilities.CreateInstance<IntentRecorder>(Server.Services, recorder)
            )
            .JudgeAsync(Identifier.Parse(piece).Value, intent, Caller.CommandLine, CancellationToken.None);
    }

    private async Task PublishAsync(string code, string body)
    {
        var saved = await Server.SendAsync(Role.Admin, "POST", "/api/v1/templates", body);
        Assert.That(saved.Status, Is.EqualTo(201), saved.ToString());
        var published = await Server.SendAsync(Role.Admin, "POST", $"/api/v1/templates/{code}/publish");
        Assert.That(published.Status, Is.EqualTo(200), published.ToString());
    }

    private async Task RegisterAsync(string body)
    {
        var answer = await Server.SendAsync(Role.Registrar, "POST", "/api/v1/identifiers", body);
        Assert.That(answer.Status, Is.EqualTo(201), answer.ToString());
    }

    private async Task<string[]> ReasonsAsync(string id, string intent)
    {
        var answer = await ScanAsync(id, intent, Role.Reader);
        Assert.That(answer.Status, Is.EqualTo(200), answer.ToString());
        return [.. answer.Json.GetProperty("reasons").EnumerateArray().Select(r => r.GetProperty("code").GetString()!)];
    }

    private Task<Answer> ScanAsync(string id, string intent, Role role) =>
        Server.SendAsync(role, "POST", "/api/v1/scan", $$"""{"text":"{{id}}","intent":{{intent}}}""");

    private async Task<JsonElement[]> HoldsAsync(string id) =>
        [.. (await Server.GetAsync($"/api/v1/status/{id}", Role.Reader)).Json.GetProperty("holds").EnumerateArray()];

    private async Task<string> EventAsync(string type, string members)
    {
        var answer = await Server.SendAsync(
            Role.Registrar,
            "POST",
            "/api/v1/events",
            $$"""{"type":"{{type}}","time":"2026-03-02T08:00:00Z",{{members}}}"""
        );
        Assert.That(answer.Status, Is.EqualTo(201), answer.ToString());
        return answer.Json.GetProperty("event").GetString()!;
    }

    private async Task LinkAsync(string from, string type, string to)
    {
        var answer = await Server.SendAsync(
            Role.Registrar,
            "POST",
            "/api/v1/links",
            JsonSerializer.Serialize(
                new
                {
                    from,
                    type,
                    to,
                    time = "2026-03-01T08:00:00Z",
                }
            )
        );
        Assert.That(answer.Status, Is.EqualTo(201), answer.ToString());
    }
}
