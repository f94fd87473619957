using Google.Protobuf.WellKnownTypes;
using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Records;
using IdResolution.Core.Registration;
using IdResolution.Core.Templates;
using IdResolution.Server.Hosting;
using IdResolution.Server.Tests.Grpc;
using IdResolution.Server.Tests.Rest;
using IdResolution.Storage.Sql;

namespace IdResolution.Server.Tests.CommandLine;

/// <summary>What export writes is taken back by import into the same node as the same.</summary>
[TestFixture]
public sealed class RoundTripTests : CommandLineFixture
{
    [Test]
    public async Task Import_WhatExportWrote_IsTheSameForEveryTemplateOfThePack()
    {
        await InitAsync();
        await DoAsync("demo", "--data", Data, "--stacks", "2");
        string[] templates;
        using (var node = await OpenAsync())
        {
            templates = [.. await MakeInEveryWayAsync(node)];
        }
        var head = await HeadAsync();
        var all = Path.Combine(Root, "all.jsonl");
        await DoAsync("export", "--data", Data, "--output", all);
        var lines = (await File.ReadAllLinesAsync(all)).Length;

        Assert.That(
            await DoAsync("import", all, "--data", Data),
            Does.StartWith($"registered 0, updated 0, same {lines}, bad 0")
        );
        Assert.That(
            await DoAsync("import", all, "--data", Data, "--dry-run"),
            Does.StartWith($"nothing written: registered 0, updated 0, same {lines}, bad 0")
        );
        foreach (var template in templates)
        {
            var file = Path.Combine(Root, $"{template}.csv");
            await DoAsync("export", "--data", Data, "--template", template, "--output", file);
            var rows = File.ReadLines(file).Any() ? await RecordsAsync(template) : [];
            Assert.That(rows, Is.Not.Empty, template);
            Assert.That(
                await DoAsync("import", file, "--data", Data, "--template", template),
                Does.StartWith($"registered 0, same {rows.Count}, bad 0"),
                template
            );
        }
        Assert.That(await HeadAsync(), Is.EqualTo(head), "nothing was written");
    }

    [Test]
    public async Task Post_OfWhatGetAnswered_IsTheSameForEveryTemplateOfThePack()
    {
        await InitAsync();
        await DoAsync("demo", "--data", Data, "--stacks", "2");
        using (var node = await OpenAsync())
        {
            await MakeInEveryWayAsync(node);
        }
        await using var served = await TestNode.StartAsync(data: Data);
        await RegisterOverGrpcAsync(served);
        var (seen, next) = (0, "");
        while (next is not null)
        {
            var page = (await served.GetAsync($"/api/v1/search?limit=500{next}", Role.Admin)).Json;
            foreach (var item in page.GetProperty("items").EnumerateArray())
            {
                var id = Uri.EscapeDataString(item.GetProperty("identifier").GetString()!);
                var got = await served.GetAsync($"/api/v1/identifiers?id={id}", Role.Admin);
                var sent = await served.SendAsync(Role.Admin, "POST", "/api/v1/identifiers", got.Text);

                // Of an item that must not be used the answer also names the holds.
                Assert.That(sent.Status, Is.EqualTo(200), sent.Text);
                Assert.That(sent.Text, Is.EqualTo(got.Text).Or.StartsWith(got.Text[..^1] + ",\"holds\":["));
                seen++;
            }
            next = page.TryGetProperty("next", out var after) ? $"&after={after}" : null;
        }
        Assert.That(seen, Is.GreaterThan(300));
    }

    private static async Task RegisterOverGrpcAsync(TestNode node)
    {
        using var client = new RawGrpc(node.GrpcEndPoint);
        var request = new V1.RegisterRequest
        {
            Template = "part",
            Source = "grpc",
            SourceKey = "1",
            Attributes = new Struct
            {
                Fields =
                {
                    ["name"] = Google.Protobuf.WellKnownTypes.Value.ForString("over gRPC"),
                    ["cost"] = Google.Protobuf.WellKnownTypes.Value.ForNumber(1.5),
                },
            },
        };
        using var answer = await client.SendAsync(
            "idresolution.v1.Registry/Register",
            request,
            node.KeyOf(Role.Registrar)
        );
        await answer.Content.ReadAsByteArrayAsync();
        Assert.That(answer.TrailingHeaders.GetValues("grpc-status").Single(), Is.EqualTo("0"));
    }

    [Test]
    public async Task Import_RowsThatDiffer_SaysWhatDiffersAndWithUpdateChangesIt()
    {
        await InitAsync();
        await MakeTemplateAsync(
            "part",
            """[{"code":"name"},{"code":"weight","type":"decimal"},{"code":"marks","repeated":true},{"code":"note"}]"""
        );
        var file = Write("p.csv", "key,name,weight,marks\n1,bolt,1.5,a;b\n2,nut,2,\n3,pin,3,c\n");
        string[] verb =
        [
            "import",
            file,
            "--data",
            Data,
            "--template",
            "part",
            "--source",
            "wms",
            "--source-key-column",
            "key",
        ];
        await DoAsync(verb);
        await EditAsync("note", "kept");
        Write("p.csv", "key,name,weight,marks\n1,bolt,1.50,a;b\n2,nut,2.5,\n3,,3,\n4,new,,\n");

        var refused = await RunAsync(verb);
        var reasons = await File.ReadAllTextAsync(file + ".bad.csv");
        var preview = await RunAsync([.. verb, "--update", "--dry-run"]);
        var updated = await RunAsync([.. verb, "--update"]);

        Assert.That(refused.Output, Does.StartWith("registered 1, same 1, bad 2"));
        Assert.That(reasons, Does.Contain("attributes.weight").And.Contain("attributes.name, attributes.marks"));
        Assert.That(reasons, Does.Not.Contain("attributes.note"), "the file does not know it");
        Assert.That(preview.Output, Does.Contain("same 2, differing 2, bad 0"));
        Assert.That(updated.Output, Does.StartWith("registered 0, updated 2, same 2, bad 0"), updated.Error);
        var records = await RecordsAsync("part");
        Assert.That(
            records.Select(r => r.GetProperty("attributes").GetRawText()),
            Is.EqualTo(
                new[]
                {
                    """{"name":"bolt","weight":1.5,"marks":["a","b"],"note":"kept"}""",
                    """{"name":"nut","weight":2.5,"note":"kept"}""",
                    """{"weight":3,"note":"kept"}""",
                    """{"name":"new"}""",
                }
            )
        );
    }

    [Test]
    public async Task Import_LinesOfJson_BadOnesAreKeptWithTheirReasonsAndUpdateChangesTheRest()
    {
        await InitAsync();
        await MakeTemplateAsync("part", """[{"code":"name"},{"code":"weight","type":"decimal","minimum":0}]""");
        var file = Write(
            "p.jsonl",
            """
            {"template":"part","source":"mes","sourceKey":"1","attributes":{"name":"bolt"},"values":[{"index":3,"type":"EMAIL","data":"a@example.com"}]}

            {"template":"part","attributes":{"name":"nobody knows it again"}}
            {"template":"part","source":"mes","sourceKey":"2","attributes":{"weight":-1}}
            not JSON
            {"template":"part","source":"mes","sourceKey":"3","furtherKeys":[{"source":"wms","sourceKey":"7"}]}
            """
        );
        var first = await RunAsync("import", file, "--data", Data);
        var bad = await File.ReadAllLinesAsync(file + ".bad.jsonl");
        Write(
            "p.jsonl",
            """
            {"template":"part","source":"mes","sourceKey":"1","attributes":{"weight":2},"values":[]}
            {"template":"part","source":"mes","sourceKey":"3","furtherKeys":[{"source":"plm","sourceKey":"8"}]}
            """
        );
        var refused = await RunAsync("import", file, "--data", Data);
        var updated = await RunAsync("import", file, "--data", Data, "--update");

        Assert.That(
            (first.Code, first.Output),
            Is.EqualTo((1, "registered 2, updated 0, same 0, bad 3" + Environment.NewLine))
        );
        Assert.That(bad, Has.Length.EqualTo(3));
        Assert.That(
            first.Error,
            Does.Contain("line 3: ").And.Contain("line 4: attributes.weight").And.Contain("line 5: ")
        );
        Assert.That(refused.Error, Does.Contain("attributes.name, attributes.weight, values.3"));
        Assert.That(updated.Output, Does.StartWith("registered 0, updated 2, same 0, bad 0"), updated.Error);
        var records = await RecordsAsync("part");
        Assert.That(records[0].GetProperty("attributes").GetRawText(), Is.EqualTo("""{"weight":2}"""));
        Assert.That(records[0].GetProperty("values").GetArrayLength(), Is.Zero);
        Assert.That(
            records[1].GetProperty("furtherKeys").GetRawText(),
            Is.EqualTo("""[{"source":"wms","sourceKey":"7"},{"source":"plm","sourceKey":"8"}]""")
        );
    }

    /// <summary>
    /// Registers an item of every template by hand, and others in the ways in which records come to be. Gives the codes of
    /// the templates.
    /// </summary>
    private static async Task<IReadOnlyList<string>> MakeInEveryWayAsync(NodeContainer node)
    {
        var catalog = node.Get<CatalogHolder>().Current;
        var number = 0;
        foreach (var code in catalog.TemplateCodes)
        {
            var request = new RegistrationRequest
            {
                Template = code,
                Identifier = $"{Prefix}/HAND-{number}",
                Source = "hand",
                SourceKey = $"{number++}",
                FurtherKeys =
                [
                    new BusinessKey("wms", $"{number}"),
                    new BusinessKey("gs1", $"(01)0950600013435{number:D1}"),
                ],
                Attributes = [.. catalog.FindPublished(code)!.Attributes.Where(IsActive).Select(a => Value(a, number))],
                Values = [Raw(number)],
            };
            await OkAsync(node, request);
            await OkAsync(
                node,
                request with
                {
                    Identifier = $"{Prefix}/ALONE-{number}",
                    Source = null,
                    SourceKey = null,
                    FurtherKeys = [],
                    Attributes =
                    [
                        .. catalog
                            .FindPublished(code)!
                            .Attributes.Where(IsActive)
                            .Select(a => Value(a, 1_000 + number)),
                    ],
                }
            );
        }
        var raw = new RegistrationRequest { Identifier = $"{Prefix}/raw", Values = [Raw(1), Raw(7)] };
        await OkAsync(node, raw);
        var (editor, values) = (node.Get<RecordEditor>(), node.Get<ValueEditor>());
        var handle = Identifier.Parse($"{Prefix}/handle").Value;
        Assert.That((await values.CreateAsync(handle, [Raw(2)], false, _ => null, Caller.CommandLine, default)).IsOk);
        var back = Identifier.Parse($"{Prefix}/HAND-0").Value;
        Assert.That((await editor.RevokeAsync(back, null, Caller.CommandLine, default)).IsOk);
        Assert.That((await values.CreateAsync(back, [Raw(2)], false, _ => null, Caller.CommandLine, default)).IsOk);
        return [.. catalog.TemplateCodes];
    }

    private static bool IsActive(AttributeDefinition attribute) =>
        attribute.State == AttributeState.Active && (attribute.Required || attribute.Pattern is null);

    private static KeyValuePair<string, InputValue> Value(AttributeDefinition attribute, int number)
    {
        var text = attribute.Type switch
        {
            AttributeType.Integer => attribute.Minimum ?? "3",
            AttributeType.Decimal => attribute.Minimum ?? "0.123456789012345678",
            AttributeType.Boolean => "true",
            AttributeType.Date => "2026-03-01",
            AttributeType.DateTime => "2026-03-01T08:00:00.123456Z",
            AttributeType.Choice => attribute.Choices![0],
            AttributeType.Reference => $"{Prefix}/raw",
            AttributeType.FileDigest => "sha-256:" + new string('a', 64),
            _ when attribute.Pattern?.Contains("17", StringComparison.Ordinal) == true => $"VVVVVVV{number:D10}",
            _ when attribute.Pattern is not null => $"A{number}",
            _ when attribute.Unique => $"UNIQUE-{number}",
            _ => "text; \"quoted\", 氢能\n[x]"[..Math.Min(attribute.MaxLength ?? 20, 20)],
        };
        return KeyValuePair.Create(
            attribute.Code,
            attribute.Repeated ? InputValue.OfList([InputValue.OfText(text)]) : InputValue.OfText(text)
        );
    }

    private static RawValue Raw(int index) =>
        new()
        {
            Index = index,
            Type = "EMAIL",
            Data = [0xFF, (byte)index],
            Ttl = index * 60,
            References = [new Reference($"{Prefix}/raw", 1)],
        };

    private static async Task OkAsync(NodeContainer node, RegistrationRequest request)
    {
        var registered = await node.Get<Registrar>().RegisterAsync(request, Caller.CommandLine, default);
        Assert.That(
            registered.IsOk,
            $"{request.Template}: {registered.Error?.Message.En} {string.Join(' ', registered.Error?.Details.Select(d => d.Message.En) ?? [])}"
        );
    }

    private async Task EditAsync(string code, string value)
    {
        using var node = await OpenAsync();
        var found = await node.Get<NodeStore>().Records.SearchAsync(new RecordQuery(), default);
        foreach (var record in found)
        {
            var patch = new RecordPatch { Attributes = [KeyValuePair.Create(code, InputValue.OfText(value))] };
            var identifier = Identifier.Parse(RecordState.IdentifierOf(record)).Value;
            Assert.That(
                (await node.Get<RecordEditor>().UpdateAsync(identifier, patch, null, Caller.CommandLine, default)).IsOk
            );
        }
    }

    private async Task<long> HeadAsync()
    {
        using var node = await OpenAsync();
        return await node.Get<NodeStore>().Log.HeadAsync(default);
    }
}
