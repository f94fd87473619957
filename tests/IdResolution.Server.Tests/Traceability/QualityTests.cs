using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Grpc.Net.Client;
using IdResolution.Core.Access;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Traceability;
using IdResolution.Server.Hosting;
using IdResolution.Server.Tests.Rest;
using IdResolution.Storage.Maintenance;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace IdResolution.Server.Tests.Traceability;

/// <summary>The quality archive, over REST and gRPC.</summary>
[TestFixture]
public sealed class QualityTests : NodeFixture
{
    private const string Quality = "/api/v1/quality";
    private const string March = "from=2026-03-01T00:00:00Z&to=2026-03-09T00:00:00Z";

    [Test]
    public async Task Quality_ByDayAndMachine_CountsYieldReworkAndDefects()
    {
        var (one, other, press) = (await Server.RegisterAsync(), await Server.RegisterAsync(), Press());
        // 2026-03-02 in the plant's zone.
        await InspectAsync(press, "2026-03-01T16:30:00Z", [one], ""","defects":[{"code":"pinhole","count":2}]""");
        await InspectAsync(press, "2026-03-01T17:00:00Z", [one]);
        await InspectAsync(press, "2026-03-02T18:00:00Z", [other], ""","disposition":"rework" """);

        var answer = await Server.GetAsync($"{Quality}?by=day&by=machine&equipment={press}&{March}", Role.Reader);
        var week = await Server.GetAsync($"{Quality}?by=week,template&equipment={press}&{March}", Role.Reader);

        Assert.That(answer.Status, Is.EqualTo(200), answer.ToString());
        Assert.That(answer.Json.GetProperty("zone").GetString(), Is.EqualTo("Asia/Shanghai"));
        Assert.That(answer.Json.GetProperty("behind").GetInt64(), Is.Zero);
        Assert.That(
            Rows(answer)
                .Select(row =>
                    (
                        string.Join(' ', row.GetProperty("key").EnumerateArray()),
                        Whole(row, "inspected"),
                        Whole(row, "failed"),
                        Whole(row, "first"),
                        Whole(row, "firstPassed"),
                        Whole(row, "rework")
                    )
                ),
            Is.EqualTo(new[] { ($"2026-03-02 {press}", 2, 1, 1, 0, 1), ($"2026-03-03 {press}", 1, 1, 1, 0, 0) })
        );
        Assert.That(
            Rows(answer)[0].GetProperty("defects").GetRawText(),
            Is.EqualTo("""[{"code":"pinhole","count":2}]""")
        );
        Assert.That(Rows(week)[0].GetProperty("key").GetRawText(), Is.EqualTo("""["2026-W10","part"]"""));
    }

    [Test]
    public async Task Quality_OfACharacteristic_ReckonsMeanDeviationAndCapability()
    {
        var press = Press();
        foreach (var value in new[] { "1000000000.1", "1000000000.2", "1000000000.3", "1000000000.9" })
        {
            await InspectAsync(press, "2026-03-03T08:00:00Z", [Server.NewId()], Measured(value));
        }

        var answer = await Server.GetAsync(
            $"{Quality}?by=machine&characteristic=force&equipment={press}&{March}",
            Role.Reader
        );

        Assert.That(answer.Status, Is.EqualTo(200), answer.ToString());
        var values = Rows(answer).Single().GetProperty("values")[0];
        Assert.That((Whole(values, "count"), Whole(values, "outOfLimits")), Is.EqualTo((4, 1)));
        Assert.That(values.GetProperty("unit").GetString(), Is.EqualTo("NEW"));
        Assert.That(values.GetProperty("mean").GetDouble(), Is.EqualTo(1000000000.375).Within(1e-6));
        // Of 0.1, 0.2, 0.3, 0.9: the digits before do not blur it.
        Assert.That(values.GetProperty("deviation").GetDouble(), Is.EqualTo(0.35940).Within(1e-4));
        Assert.That(values.GetProperty("cp").GetDouble(), Is.EqualTo(0.5 / (6 * 0.35940)).Within(1e-3));
        Assert.That(values.GetProperty("cpk").GetDouble(), Is.EqualTo(0.125 / (3 * 0.35940)).Within(1e-3));
        Assert.That(Rows(answer)[0].TryGetProperty("inspected", out _), Is.False);
    }

    [Test]
    public async Task Quality_BySupplier_IsOfTheCompanyOrTheTextOfEachItem()
    {
        var (code, press) = ("bought" + Guid.NewGuid().ToString("N"), Press());
        await PublishAsync(
            $$"""
            {"code":"{{code}}","attributes":[{"code":"name","type":"text"},{"code":"supplier","type":"text"},
             {"code":"supplierCompany","type":"reference"}]}
            """,
            code
        );
        var company = Server.NewId();
        var (named, referred) = (
            await MakeAsync(code, ""","supplier":"Old Mill" """),
            await MakeAsync(code, $$""","supplier":"Old Mill","supplierCompany":"{{company}}" """)
        );
        var none = await Server.RegisterAsync();
        await InspectAsync(press, "2026-03-05T08:00:00Z", [named, referred]);
        await InspectAsync(press, "2026-03-05T09:00:00Z", [referred, none], step: "paint");
        await InspectAsync(press, "2026-03-05T10:00:00Z", [named], ""","defects":[{"code":"dent"}]""", "final");

        var answer = await Server.GetAsync($"{Quality}?by=supplier&equipment={press}&{March}", Role.Reader);

        Assert.That(
            Rows(answer).Select(row => ($"{row.GetProperty("key")[0]}", Whole(row, "inspected"), Whole(row, "failed"))),
            Is.EquivalentTo(new[] { ("Old Mill", 2, 1), (company, 2, 0), ("", 1, 0) }),
            answer.ToString()
        );
    }

    [Test]
    public async Task Quality_ByDefect_CountsDefectsAlone_AndADefectByDayIsThatOne()
    {
        var press = Press();
        await InspectAsync(
            press,
            "2026-03-05T08:00:00Z",
            [Server.NewId()],
            ""","defects":[{"code":"dent","count":3},{"code":"leak"}]"""
        );
        await InspectAsync(press, "2026-03-06T08:00:00Z", [Server.NewId()], ""","defects":[{"code":"dent"}]""");

        var all = await Server.GetAsync($"{Quality}?by=defect&equipment={press}&{March}", Role.Reader);
        var dents = await Server.GetAsync($"{Quality}?by=day&defect=dent&equipment={press}&{March}", Role.Reader);

        Assert.That(Rows(all).Select(Defects), Is.EqualTo(new[] { "dent: dent 4", "leak: leak 1" }), all.ToString());
        Assert.That(Rows(all)[0].TryGetProperty("inspected", out _), Is.False, "it has defects alone");
        Assert.That(
            Rows(dents).Select(Defects),
            Is.EqualTo(new[] { "2026-03-05: dent 3", "2026-03-06: dent 1" }),
            dents.ToString()
        );

        static string Defects(JsonElement row)
        {
            var defect = row.GetProperty("defects").EnumerateArray().Single();
            return $"{row.GetProperty("key")[0]}: {defect.GetProperty("code")} {defect.GetProperty("count")}";
        }
    }

    // An image or a curve stays where it is; the event and the record have its digest.
    [Test]
    public async Task CurvesAndImages_AreNamedByTheirDigest_InEventAndRecord()
    {
        var (code, press) = ("curved" + Guid.NewGuid().ToString("N"), Press());
        await PublishAsync(
            $$"""
            {"code":"{{code}}","attributes":[{"code":"name","type":"text"},{"code":"curve","type":"file-digest"}]}
            """,
            code
        );
        var digest = "sha-256:" + Convert.ToHexStringLower(SHA256.HashData("t;U\n0;0.95\n"u8));

        var item = await MakeAsync(code, $$""","curve":"{{digest}}" """);
        var id = await InspectAsync(
            press,
            "2026-03-05T08:00:00Z",
            [item],
            $$""","measurements":[{"characteristic":"curve","text":"{{digest}}"}]"""
        );

        var record = await Server.GetAsync($"/api/v1/identifiers/{item}", Role.Reader);
        var read = await Server.GetAsync($"/api/v1/events/{id}", Role.Reader);
        var counted = await Server.GetAsync($"{Quality}?by=characteristic&equipment={press}&{March}", Role.Reader);
        Assert.That(record.Json.GetProperty("attributes").GetProperty("curve").GetString(), Is.EqualTo(digest));
        Assert.That(read.Json.GetProperty("measurements")[0].GetProperty("text").GetString(), Is.EqualTo(digest));
        Assert.That(Rows(counted).Select(row => Whole(row, "measured")), Is.EqualTo(new[] { 1 }));
    }

    [Test]
    public async Task Quality_OfWhatWasCorrectedOrErased_IsGone()
    {
        var press = Press();
        var wrong = await InspectAsync(press, "2026-03-04T08:00:00Z", [Server.NewId()], Measured("7"));
        var erased = await InspectAsync(press, "2026-03-04T09:00:00Z", [Server.NewId()], Measured("8"));
        Assert.That(await CountAsync(press), Is.EqualTo((2, 2)));

        var corrected = await Server.SendAsync(
            Role.Admin,
            "POST",
            "/api/v1/events",
            $$"""{"type":"correct","time":"2026-03-04T10:00:00Z","corrects":"{{wrong}}"}"""
        );
        Assert.That(corrected.Status, Is.EqualTo(201), corrected.ToString());
        Assert.That(await CountAsync(press), Is.EqualTo((1, 1)));
        await Server
            .Services.GetRequiredService<EventEraser>()
            .EraseAsync(erased, ["measurements[0]"], Caller.CommandLine, CancellationToken.None);

        Assert.That(await CountAsync(press), Is.EqualTo((1, 0)));
    }

    [Test]
    public async Task Doctor_OfTheArchive_FindsWhatEventsDoNotSay()
    {
        var press = Press();
        await InspectAsync(press, "2026-03-07T08:00:00Z", [Server.NewId()], Measured("7"));
        Assert.That(await CountAsync(press), Is.EqualTo((1, 1)));
        Assert.That(Archive().Ok, Archive().Detail.En);

        foreach (var number in new[] { "value", "kind", "time", "event", "row", "role", "member" })
        {
            Execute($"UPDATE quality SET {number} = {number} + 8 WHERE kind = 2");
            var altered = Archive();
            Execute($"UPDATE quality SET {number} = {number} - 8 WHERE kind = {(number == "kind" ? 10 : 2)}");

            Assert.That((altered.Ok, altered.IsDerived), Is.EqualTo((false, true)), number);
        }
        foreach (var text in new[] { "step", "name", "unit" })
        {
            Execute($"UPDATE quality SET {text} = {text} || 'x' WHERE kind = 2");
            var altered = Archive();
            Execute($"UPDATE quality SET {text} = substr({text}, 1, length({text}) - 1) WHERE kind = 2");

            Assert.That(altered.Ok, Is.False, text);
        }
        foreach (var limit in new[] { "low", "high" })
        {
            Execute($"UPDATE quality SET {limit} = COALESCE({limit}, 0) + 8 WHERE kind = 2");
            Assert.That(Archive().Ok, Is.False, limit);
            await Server.Services.GetRequiredService<ILogReaderStore>().RestartAsync("quality", 0, default);
            Assert.That(() => Archive().Ok, Is.True.After(30_000, 100), "its reader makes it anew");
            Assert.That(await CountAsync(press), Is.EqualTo((1, 1)));
        }
    }

    private Finding Archive() =>
        Doctor
            .Run(DataDirectory.StoreIn(Server.Node.Options), null, CancellationToken.None)
            .Single(f => f.Check == "quality");

    private void Execute(string sql)
    {
        var file = DataDirectory.StoreIn(Server.Node.Options).File;
        using var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    [Test]
    public async Task Quality_OfMoreRowsThanAskedFor_SumsTheOthersUp()
    {
        var press = Press();
        foreach (var (item, times) in new[] { ("A", 3), ("B", 2), ("C", 1) })
        {
            for (var i = 0; i < times; i++)
            {
                await InspectAsync(press, $"2026-03-05T0{i}:00:00Z", [Server.NewId()], "", step: "step " + item);
            }
        }

        var answer = await Server.GetAsync($"{Quality}?by=step&limit=1&equipment={press}&{March}", Role.Reader);

        Assert.That(Rows(answer).Single().GetProperty("key").GetRawText(), Is.EqualTo("""["step A"]"""));
        Assert.That(Whole(answer.Json, "otherRows"), Is.EqualTo(2));
        Assert.That(Whole(answer.Json.GetProperty("others"), "inspected"), Is.EqualTo(3));
    }

    [TestCase("", "by")]
    [TestCase("by=hour", "by")]
    [TestCase("by=1", "by")]
    [TestCase("by=day,day", "by")]
    [TestCase("by=day,step,tool", "by")]
    [TestCase("by=defect,characteristic", "by")]
    [TestCase("by=day&from=2026-03-02T00:00:00Z&to=2026-03-01T00:00:00Z", "from")]
    [TestCase("by=day&from=2000-03-02T00:00:00Z&to=2026-03-01T00:00:00Z", "from")]
    [TestCase("by=day&to=0001-01-01T00:00:00Z", "from")]
    [TestCase("by=day&limit=1001", "limit")]
    [TestCase("by=day&template=none", "template")]
    [TestCase("by=day&from=yesterday", "from")]
    public async Task Quality_OfABadQuestion_NamesTheField(string query, string field)
    {
        var answer = await Server.GetAsync($"{Quality}?{query}", Role.Reader);

        Assert.That((answer.Status, answer.Fields[0]), Is.EqualTo((422, field)), answer.ToString());
    }

    [Test]
    public async Task Quality_ByLine_CountsAnInspectionOnce_AndOfAMachineThatNobodyKnowsIsNotFound()
    {
        var (press, other) = (Press(), Press());
        var sent = await Server.SendAsync(
            Role.Registrar,
            "POST",
            "/api/v1/events",
            $$"""
            {"type":"inspect","time":"2026-03-06T10:00:00Z","items":["{{Server.NewId()}}"],
             "equipment":["{{press}}","{{other}}"]}
            """
        );
        Assert.That(sent.Status, Is.EqualTo(201), sent.ToString());

        var byLine = await Server.GetAsync($"{Quality}?by=line&equipment={press}&{March}", Role.Reader);
        var unknown = await Server.GetAsync($"{Quality}?by=day&equipment={Press()}", Role.Reader);

        Assert.That(Rows(byLine).Select(row => Whole(row, "inspected")), Is.EqualTo(new[] { 1 }), byLine.ToString());
        Assert.That((unknown.Status, unknown.Fields[0]), Is.EqualTo((404, "equipment")), unknown.ToString());
    }

    [TestCase("characteristic", "leak_rate")]
    [TestCase("defect", "dint")]
    [TestCase("step", "leak tset")]
    public async Task Quality_OfWhatNoEventNames_IsNotFound_AndOfATimeWithoutItIsEmpty(string field, string mistyped)
    {
        await InspectAsync(
            Press(),
            "2026-03-08T08:00:00Z",
            [Server.NewId()],
            ""","defects":[{"code":"dent"}],"measurements":[{"characteristic":"force","value":1}]"""
        );
        var right = field switch
        {
            "characteristic" => "force",
            "defect" => "dent",
            _ => "leak test",
        };

        var wrong = await Server.GetAsync($"{Quality}?by=day&{field}={mistyped}&{March}", Role.Reader);
        var before = await Server.GetAsync(
            $"{Quality}?by=day&{field}={right}&from=2025-03-01T00:00:00Z&to=2025-03-09T00:00:00Z",
            Role.Reader
        );

        Assert.That((wrong.Status, wrong.Fields.FirstOrDefault()), Is.EqualTo((404, field)), wrong.ToString());
        Assert.That((before.Status, Rows(before).Length), Is.EqualTo((200, 0)), before.ToString());
    }

    [Test]
    public async Task Completeness_WithoutStep_LeavesOutWhatWasRevoked_AndHoldsToItsLimit()
    {
        var template = "step-" + Server.NewId().Split('/')[1].ToLowerInvariant();
        await MakeTemplateAsync(template);
        var ids = new List<string>();
        for (var i = 0; i < 4; i++)
        {
            ids.Add(await MakeAsync(template, ""));
        }
        await InspectAsync(Press(), DateTimeOffset.UtcNow.ToString("O", CultureInfo.InvariantCulture), [.. ids]);
        var revoked = await Server.SendAsync(Role.Registrar, "DELETE", $"/api/v1/identifiers/{ids[1]}");
        Assert.That(revoked.Status, Is.EqualTo(204), revoked.ToString());
        var to = Uri.EscapeDataString(DateTimeOffset.UtcNow.AddMinutes(5).ToString("O"));
        var asked = $"/api/v1/completeness?template={template}&step=packing&limit=2&to={to}";

        var first = await Server.GetAsync(asked, Role.Reader);
        var next = await Server.GetAsync($"{asked}&after={first.Json.GetProperty("next").GetString()}", Role.Reader);

        Assert.That(Texts(first.Json.GetProperty("withoutStep")), Is.EqualTo(new[] { ids[0], ids[2] }));
        Assert.That(Texts(next.Json.GetProperty("withoutStep")), Is.EqualTo(new[] { ids[3] }));
    }

    [Test]
    public async Task Quality_OverGrpc_IsTheSame()
    {
        var press = Press();
        await InspectAsync(press, "2026-03-06T08:00:00Z", [Server.NewId()], Measured("1000000000.2"));
        var request = new V1.CountQualityRequest
        {
            By = { V1.QualityDimension.Machine },
            Equipment = press,
            Characteristic = "force",
            From = Timestamp.FromDateTimeOffset(DateTimeOffset.Parse("2026-03-01Z", CultureInfo.InvariantCulture)),
        };

        var report = await CallAsync("CountQuality", request, V1.QualityReport.Parser);

        var row = report.Rows.Single();
        Assert.That((row.Key.Single(), row.Measured, row.HasInspected), Is.EqualTo((press, 1L, false)));
        Assert.That(row.Values.Single().Mean, Is.EqualTo(1000000000.2));
        Assert.That(row.Values.Single().HasCp, Is.False);
    }

    [Test]
    public async Task Completeness_OfATemplate_NamesWhatIsMissing_PageByPage()
    {
        var template = "whole-" + Server.NewId().Split('/')[1].ToLowerInvariant();
        await MakeTemplateAsync(template);
        var ids = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            ids.Add(await MakeAsync(template, i == 0 ? ""","certificate":"C1" """ : ""));
        }
        var linked = await Server.SendAsync(
            Role.Registrar,
            "POST",
            "/api/v1/links",
            $$"""{"from":"{{ids[0]}}","type":"contains","to":"{{Server.NewId()}}"}"""
        );
        Assert.That(linked.Status, Is.EqualTo(201), linked.ToString());
        var now = DateTimeOffset.UtcNow.ToString("O", CultureInfo.InvariantCulture);
        await InspectAsync(Press(), now, [ids[0], ids[1]], Measured("1"));
        await InspectAsync(Press(), now, [ids[1]], step: "packing");
        var asked = $"/api/v1/completeness?template={template}&step=packing&limit=2";
        asked += "&to=" + Uri.EscapeDataString(DateTimeOffset.UtcNow.AddMinutes(5).ToString("O"));

        var first = await Server.GetAsync(asked, Role.Reader);
        var next = await Server.GetAsync($"{asked}&after={first.Json.GetProperty("next").GetString()}", Role.Reader);

        Assert.That((first.Status, next.Status), Is.EqualTo((200, 200)), first.ToString());
        var incomplete = first.Json.GetProperty("incomplete");
        Assert.That((Whole(first.Json, "checked"), Whole(incomplete, "count")), Is.EqualTo((2, 1)));
        Assert.That(incomplete.GetProperty("share").GetDouble(), Is.EqualTo(0.5));
        Assert.That(incomplete.GetProperty("items")[0].GetProperty("identifier").GetString(), Is.EqualTo(ids[1]));
        Assert.That(Whole(incomplete.GetProperty("items")[0].GetProperty("lacks")[0], "least"), Is.EqualTo(1));
        Assert.That(Texts(first.Json.GetProperty("uncertified").GetProperty("items")), Is.EqualTo(new[] { ids[1] }));
        Assert.That(Texts(first.Json.GetProperty("withoutStep")), Is.EqualTo(new[] { ids[0], ids[2] }));
        // The last one was never scanned.
        Assert.That(Whole(first.Json, "stepItems"), Is.EqualTo(3));
        Assert.That(
            first
                .Json.GetProperty("steps")
                .EnumerateArray()
                .Select(s =>
                    (
                        s.GetProperty("step").GetString(),
                        Whole(s, "items"),
                        s.GetProperty("coverage").GetDouble(),
                        Whole(s, "withoutValues")
                    )
                ),
            Is.EqualTo(new[] { ("leak test", 2, 2.0 / 3, 0), ("packing", 1, 1.0 / 3, 1) })
        );
        Assert.That(Texts(next.Json.GetProperty("uncertified").GetProperty("items")), Is.EqualTo(new[] { ids[2] }));
        Assert.That(Texts(next.Json.GetProperty("withoutStep")), Is.Empty);
        Assert.That(next.Json.TryGetProperty("next", out _), Is.False, next.ToString());
        var overGrpc = await CallAsync(
            "CheckCompleteness",
            new V1.CheckCompletenessRequest { Template = template, Step = "packing" },
            V1.CompletenessReport.Parser
        );
        Assert.That(
            (overGrpc.Checked, overGrpc.AsksForParts, overGrpc.Incomplete.Count, overGrpc.Uncertified.Count),
            Is.EqualTo((3, true, 2, 2))
        );
        Assert.That((overGrpc.StepItems, overGrpc.WithoutStep.Count), Is.EqualTo((3, 2)));
    }

    [Test]
    public async Task Completeness_OfItemsThatPassNoSteps_HasNoCoverage_AndOneThatWasRevokedIsNotMissed()
    {
        var template = "place-" + Server.NewId().Split('/')[1].ToLowerInvariant();
        await MakeTemplateAsync(template);
        var (kept, revoked) = (await MakeAsync(template, ""), await MakeAsync(template, ""));
        var gone = await Server.SendAsync(Role.Registrar, "DELETE", $"/api/v1/identifiers/{revoked}");
        Assert.That(gone.Status, Is.EqualTo(204), gone.ToString());
        var to = Uri.EscapeDataString(DateTimeOffset.UtcNow.AddMinutes(5).ToString("O"));

        var none = await Server.GetAsync($"/api/v1/completeness?template={template}&to={to}&step=packing", Role.Reader);
        await InspectAsync(Press(), DateTimeOffset.UtcNow.ToString("O", CultureInfo.InvariantCulture), [kept]);
        var some = await Server.GetAsync($"/api/v1/completeness?template={template}&to={to}", Role.Reader);

        Assert.That(Whole(none.Json, "stepItems"), Is.Zero, none.ToString());
        Assert.That(none.Json.GetProperty("steps").GetArrayLength(), Is.Zero);
        Assert.That(Texts(none.Json.GetProperty("withoutStep")), Is.EqualTo(new[] { kept }));
        Assert.That(Whole(some.Json, "stepItems"), Is.EqualTo(1), some.ToString());
        Assert.That(some.Json.GetProperty("steps")[0].GetProperty("coverage").GetDouble(), Is.EqualTo(1));
    }

    [TestCase("", "template")]
    [TestCase("template=none", "template")]
    [TestCase("template=part&from=2000-03-02T00:00:00Z", "from")]
    [TestCase("template=part&limit=0", "limit")]
    [TestCase("template=part&after=1", "after")]
    [TestCase("template=part&after=1.-2", "after")]
    public async Task Completeness_OfABadQuestion_NamesTheField(string query, string field)
    {
        var answer = await Server.GetAsync($"/api/v1/completeness?{query}", Role.Reader);

        Assert.That((answer.Status, answer.Fields[0]), Is.EqualTo((422, field)), answer.ToString());
    }

    private async Task MakeTemplateAsync(string code)
    {
        var made = await Server.SendAsync(
            Role.Admin,
            "POST",
            "/api/v1/templates",
            $$"""
            {"code":"{{code}}","attributes":[{"code":"name","type":"text"},{"code":"certificate","type":"text"}],
             "trace":{"links":[{"type":"contains","least":1}]} }
            """
        );
        Assert.That(made.Status, Is.EqualTo(201), made.ToString());
        var published = await Server.SendAsync(Role.Admin, "POST", $"/api/v1/templates/{code}/publish");
        Assert.That(published.Status, Is.EqualTo(200), published.ToString());
    }

    private async Task PublishAsync(string template, string code)
    {
        await Server.SendAsync(Role.Admin, "POST", "/api/v1/templates", template);
        var published = await Server.SendAsync(Role.Admin, "POST", $"/api/v1/templates/{code}/publish");
        Assert.That(published.Status, Is.EqualTo(200), published.ToString());
    }

    private async Task<string> MakeAsync(string template, string more)
    {
        var id = Server.NewId();
        var made = await Server.SendAsync(
            Role.Registrar,
            "POST",
            "/api/v1/identifiers",
            $$"""{"template":"{{template}}","identifier":"{{id}}","attributes":{"name":"x"{{more}}} }"""
        );
        Assert.That(made.Status, Is.EqualTo(201), made.ToString());
        return id;
    }

    private static IEnumerable<string?> Texts(JsonElement list) => list.EnumerateArray().Select(t => t.GetString());

    private async Task<T> CallAsync<T>(string name, IMessage request, MessageParser<T> parser)
        where T : class, IMessage<T>
    {
        using var channel = GrpcChannel.ForAddress($"http://{Server.GrpcEndPoint}");
        var method = new Method<byte[], T>(
            MethodType.Unary,
            "idresolution.v1.Traceability",
            name,
            Marshallers.Create(static b => b, static b => b),
            Marshallers.Create<T>(static _ => throw new NotSupportedException(), parser.ParseFrom)
        );
        var options = new CallOptions(new Metadata { { "authorization", $"Bearer {Server.KeyOf(Role.Reader)}" } });
        using var call = channel.CreateCallInvoker().AsyncUnaryCall(method, null, options, request.ToByteArray());
        return await call.ResponseAsync.WaitAsync(TimeSpan.FromSeconds(30));
    }

    private string Press() => "press " + Server.NewId().Replace('/', '-');

    private static string Measured(string value) =>
        $$"""
            ,"measurements":[{"characteristic":"force","value":{{value}},"unit":"NEW","low":1000000000,"high":1000000000.5}]
            """;

    private async Task<(int Inspected, int Measured)> CountAsync(string press)
    {
        var answer = await Server.GetAsync($"{Quality}?by=month&equipment={press}&{March}", Role.Reader);
        return (Rows(answer).Sum(row => Whole(row, "inspected")), Rows(answer).Sum(row => Whole(row, "measured")));
    }

    private async Task<string> InspectAsync(
        string press,
        string time,
        string[] items,
        string more = "",
        string step = "leak test"
    )
    {
        var sent = await Server.SendAsync(
            Role.Registrar,
            "POST",
            "/api/v1/events",
            $$"""
            {"type":"inspect","time":"{{time}}","items":{{JsonSerializer.Serialize(items)}},"step":"{{step}}",
             "equipment":"{{press}}"{{more}}}
            """
        );
        Assert.That(sent.Status, Is.EqualTo(201), sent.ToString());
        return sent.Json.GetProperty("event").GetString()!;
    }

    private static JsonElement[] Rows(Answer answer) => [.. answer.Json.GetProperty("rows").EnumerateArray()];

    private static int Whole(JsonElement row, string name) => row.GetProperty(name).GetInt32();
}
