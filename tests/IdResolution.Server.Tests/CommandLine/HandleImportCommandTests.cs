using System.Text;
using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.Coherence;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Primitives;
using IdResolution.Core.Records;
using IdResolution.Core.Registration;
using IdResolution.Core.Resolution;
using IdResolution.Core.Views;
using IdResolution.Server.CommandLine.Handles;
using IdResolution.Server.CommandLine.Shared;
using IdResolution.Server.Hosting;
using IdResolution.Storage.Sql;

namespace IdResolution.Server.Tests.CommandLine;

[TestFixture]
public sealed class HandleImportCommandTests : CommandLineFixture
{
    private const string PrefixRecord =
        """{"handle":"0.NA/88.300.9","values":[{"index":100,"type":"HS_ADMIN","data":{"format":"admin","value":{"handle":"0.NA/88.300.9","index":200,"permissions":"111111111111"}},"ttl":86400},{"index":200,"type":"HS_VLIST","data":{"format":"vlist","value":[{"handle":"88.300.9/ADMIN","index":300}]},"ttl":86400}]}""";

    private const string Secret =
        """{"handle":"88.300.9/ADMIN","values":[{"index":300,"type":"HS_SECKEY","data":{"format":"string","value":"not for all to see"},"permissions":"1100","ttl":86400}]}""";

    [SetUp]
    public Task MakeNode() => InitAsync();

    [Test]
    public async Task Import_Twice_ChangesNothingTheSecondTimeAndSaysSo()
    {
        var file = Write(
            "h.jsonl",
            string.Join(
                '\n',
                [
                    PrefixRecord,
                    Url("88.300.9/a", "https://a.example.com"),
                    Secret,
                    Url("88.300.1/b", "https://b.example.com"),
                ]
            )
        );

        var first = await ImportAsync(file);
        var head = await HeadAsync();
        var second = await ImportAsync(file);

        Assert.That(
            first.Output,
            Does.Match(@"^created 4, replaced 0, same 0, refused 0, in \d+\.\d s, \d+/s\s*$"),
            first.Error
        );
        Assert.That(first.Error, Does.Contain("Homed from now on: 88.300.9."));
        Assert.That(second.Output, Does.StartWith("created 0, replaced 0, same 4, refused 0"), second.Error);
        Assert.That(second.Code, Is.Zero);
        Assert.That(await HeadAsync(), Is.EqualTo(head));
        Assert.That(File.Exists(file + ".bad.csv"), Is.False);
    }

    [Test]
    public async Task Import_SecretKey_IsSealed()
    {
        await ImportAsync(Write("h.jsonl", PrefixRecord + "\n" + Secret));

        using var node = await OpenAsync();
        var record = (await node.Get<NodeStore>().Records.FindAsync(LookupKey.Of("88.300.9/ADMIN"), default)).Record!;
        Assert.That(
            Encoding.Latin1.GetString(record.State),
            Does.Contain("HS_SECKEY").And.Not.Contain("not for all to see")
        );
        Assert.That(
            Encoding.UTF8.GetString(
                node.Get<NodeSecrets>().Decrypt(Value(record, node).Data, Value(record, node).OwnerIn(record.Key))
            ),
            Is.EqualTo("not for all to see")
        );

        static RawValue Value(StoredRecord record, NodeContainer node) =>
            ValueView.Read(record, node.Get<CatalogHolder>().Current, new ViewSettings(_ => "", _ => [])).Single();
    }

    [TestCase("""nonsense""", "line 2: The line is not a JSON object")]
    [TestCase("""[1]""", "line 2: An object is expected.")]
    [TestCase("""{"values":[]}""", "line 2: handle: ")]
    [TestCase("""{"handle":"88.300.1/x"}""", "line 2: 88.300.1/x: values: ")]
    [TestCase(
        """{"handle":"88.300.1/x","values":[{"index":1,"type":"URL"}]}""",
        "line 2: 88.300.1/x: values[0].data: "
    )]
    [TestCase(
        """{"handle":"88.300.1/x","values":[{"index":0,"type":"URL","data":"x"}]}""",
        "line 2: 88.300.1/x: values[0].index: "
    )]
    [TestCase(
        """{"handle":"88.300.1/x","values":[{"index":1,"type":"A","data":"x"},{"index":1,"type":"B","data":"x"}]}""",
        "line 2: 88.300.1/x: values[1].index: "
    )]
    [TestCase(
        """{"handle":"88.300.1/x","values":[{"index":1,"type":"A","data":{"format":"base64","value":"?"}}]}""",
        "line 2: 88.300.1/x: values[0].data.value: "
    )]
    [TestCase("""{"handle":"88.300.1/","values":[]}""", "line 2: 88.300.1/: handle: ")]
    [TestCase("""{"handle":"88.300.1/META_x","values":[]}""", "line 2: 88.300.1/META_x: identifier: ")]
    [TestCase(
        """{"handle":"99.1/x","values":[]}""",
        "line 2: 99.1/x: handle: The prefix 99.1 is not homed on this node. Home it (idnode init --data "
    )]
    [TestCase("""{"handle":"99.1/x","values":[]}""", "--prefix 99.1), or put its record 0.NA/99.1 before this line.")]
    [TestCase("""{"handle":"0.NA/x","values":[]}""", "line 2: 0.NA/x: handle: 'x' is not a prefix.")]
    public async Task Import_BadLine_IsRefusedWithItsNumberAndFieldAndTheOthersAreTaken(string line, string expected)
    {
        var file = Write(
            "h.jsonl",
            $"{Url("88.300.1/a", "1")}\n{line}\n\n  \r\n{Url("88.300.1/b", "2")}\r\n",
            mark: true
        );

        var ran = await ImportAsync(file);

        Assert.That(ran.Code, Is.EqualTo(1));
        Assert.That(ran.Output, Does.StartWith("created 2, replaced 0, same 0, refused 1"), ran.Error);
        Assert.That(ran.Error, Does.Contain(expected).And.Contain("h.jsonl.bad.csv"));
        Assert.That(await File.ReadAllTextAsync(file + ".bad.csv"), Does.StartWith("line,reason,handle\r\n2,"));
        Assert.That(await ExportedAsync(), Is.EqualTo(new[] { Url("88.300.1/a", "1"), Url("88.300.1/b", "2") }));
    }

    [Test]
    public async Task Import_LineWithoutBound_IsRefusedAndTheNextTaken()
    {
        var file = Write(
            "h.jsonl",
            Url("88.300.1/a", "1")
                + "\n"
                + new string('x', (LineReader.MaxLength * 2) + 5)
                + "\n"
                + Url("88.300.1/b", "2")
        );

        var ran = await ImportAsync(file);

        Assert.That(ran.Output, Does.StartWith("created 2, replaced 0, same 0, refused 1"), ran.Error);
        Assert.That(ran.Error, Does.Contain("line 2: The line is longer than"));
    }

    [Test]
    public async Task Import_HalfOfManyLinesBad_TakesTheOtherHalf()
    {
        var file = Write(
            "h.jsonl",
            string.Join(
                '\n',
                Enumerable
                    .Range(1, 2_400)
                    .Select(i => i % 2 == 0 ? Url($"88.300.1/{i}", "x") : $$"""{"handle":"88.300.1/{{i}}"}""")
            )
        );

        var ran = await ImportAsync(file);

        Assert.That(ran.Output, Does.StartWith("created 1200, replaced 0, same 0, refused 1200"), ran.Error);
        Assert.That(
            ran.Error.Split('\n').Count(l => l.StartsWith("line ", StringComparison.Ordinal)),
            Is.EqualTo(10),
            "the rest is in the file"
        );
        Assert.That(
            (await File.ReadAllLinesAsync(file + ".bad.csv")).Skip(1).Select(l => int.Parse(l.Split(',')[0])),
            Is.EqualTo(Enumerable.Range(1, 2_400).Where(i => i % 2 == 1))
        );
    }

    [TestCase("a kill")]
    [TestCase("Ctrl-C")]
    public async Task Import_EndedInTheMiddle_IsDoneByTheSameAgain(string end)
    {
        var lines = Enumerable.Range(1, 4_500).Select(i => Url($"88.300.1/{i}", "x")).Prepend(PrefixRecord).ToArray();
        var text = Encoding.UTF8.GetBytes(string.Join('\n', lines));
        using (var node = await OpenAsync())
        {
            using var stop = new CancellationTokenSource();
            using var stream =
                end == "a kill"
                    ? new BreakingStream(text, () => throw new IOException("gone"))
                    : new BreakingStream(text, stop.Cancel);
            var importer = new HandleImporter(node, new LineReader(stream), overwrite: false, _ => [], (_, _) => { });
            if (end == "a kill")
            {
                await Assert.ThrowsAsync<IOException>(() => importer.RunAsync(new WorkProgress(), stop.Token));
            }
            else
            {
                await importer.RunAsync(new WorkProgress(), stop.Token);
            }
            Assert.That(importer.IsComplete, Is.False);
            Assert.That(importer.Counts.Created, Is.InRange(2_000, 4_100));
        }
        var done = (await ExportedAsync()).Count;

        var ran = await ImportAsync(Write("h.jsonl", string.Join('\n', lines)));

        Assert.That(
            ran.Output,
            Does.StartWith($"created {4_501 - done}, replaced 0, same {done}, refused 0"),
            ran.Error
        );
        Assert.That(await ExportedAsync(), Is.EquivalentTo(lines));
    }

    [Test]
    public async Task Import_ExistingWithOtherValues_IsRefusedUnlessOverwritten()
    {
        await ImportAsync(
            Write(
                "h.jsonl",
                $"{Url("88.300.1/a", "1")}\n{Url("88.300.1/gone", "1")}\n{Secret.Replace("88.300.9", "88.300.1", StringComparison.Ordinal)}"
            )
        );
        using (var node = await OpenAsync())
        {
            await node.Get<RecordEditor>()
                .RevokeAsync(Identifier.Parse("88.300.1/gone").Value, null, Caller.CommandLine, default);
        }
        var changed = Write(
            "h.jsonl",
            $"{Url("88.300.1/A", "2")}\n{Url("88.300.1/gone", "2")}\n{Secret.Replace("88.300.9", "88.300.1", StringComparison.Ordinal).Replace("all", "you", StringComparison.Ordinal)}"
        );

        var refused = await ImportAsync(changed);
        var head = await HeadAsync();
        var replaced = await ImportAsync(changed, "--overwrite");
        var again = await ImportAsync(changed, "--overwrite");

        Assert.That(refused.Output, Does.StartWith("created 0, replaced 0, same 0, refused 3"));
        Assert.That(
            refused.Error,
            Does.Contain("line 1: 88.300.1/A: handle: It exists here with other values; --overwrite")
                .And.Contain("line 2: 88.300.1/gone: handle: It was revoked here; --overwrite")
        );
        Assert.That(replaced.Output, Does.StartWith("created 0, replaced 3, same 0, refused 0"), replaced.Error);
        Assert.That(again.Output, Does.StartWith("created 0, replaced 0, same 3, refused 0"), again.Error);
        Assert.That(await HeadAsync(), Is.EqualTo(head + 3));
        Assert.That(
            await ExportedAsync("--with-secrets"),
            Does.Contain(Url("88.300.1/a", "2")).And.Contain(Url("88.300.1/gone", "2")).And.Some.Contain("not for you")
        );
    }

    [Test]
    public async Task Import_HandleTwiceInTheFile_TheLaterLineIsTheLaterWrite()
    {
        var file = Write(
            "h.jsonl",
            $"{Url("88.300.1/a", "1")}\n{Url("88.300.1/b", "1")}\n{Url("88.300.1/A", "2")}\n{Url("88.300.1/b", "1")}"
        );

        var refused = await ImportAsync(file);
        var replaced = await ImportAsync(file, "--overwrite");

        Assert.That(refused.Output, Does.StartWith("created 2, replaced 0, same 1, refused 1"), refused.Error);
        Assert.That(refused.Error, Does.Contain("line 3: 88.300.1/A"));
        Assert.That(replaced.Output, Does.StartWith("created 0, replaced 1, same 3, refused 0"), replaced.Error);
        Assert.That(await ExportedAsync(), Is.EqualTo(new[] { Url("88.300.1/a", "2"), Url("88.300.1/b", "1") }));
    }

    [Test]
    public async Task Import_Templated_KeepsItsTemplate()
    {
        await MakeTemplateAsync("part", """[{"code":"name","type":"text"}]""");
        await DoAsync(
            "register",
            "--data",
            Data,
            "--template",
            "part",
            "--identifier",
            "88.300.1/p",
            "--attribute",
            "name=bolt"
        );
        var own = Path.Combine(Root, "own.jsonl");
        await DoAsync("handle", "export", own, "--data", Data);

        var same = await ImportAsync(own, "--overwrite");
        var other = await ImportAsync(Write("h.jsonl", Url("88.300.1/p", "1")), "--overwrite");

        Assert.That(same.Output, Does.StartWith("created 0, replaced 0, same 1, refused 0"), same.Error);
        Assert.That(other.Error, Does.Contain("does not take templates away"));
        Assert.That(await RecordsAsync("part"), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Import_PrefixRecordThatIsRefused_HomesNothing()
    {
        var ran = await ImportAsync(
            Write(
                "h.jsonl",
                """{"handle":"0.NA/88.300.9","values":[{"index":0,"type":"X","data":""}]}"""
                    + "\n"
                    + Url("88.300.9/a", "1")
            )
        );

        Assert.That(ran.Output, Does.StartWith("created 0, replaced 0, same 0, refused 2"));
        Assert.That(
            ran.Error,
            Does.Not.Contain("Homed").And.Contain("line 2: 88.300.9/a: handle: The prefix 88.300.9 is not homed")
        );
        using var node = await OpenAsync();
        Assert.That(node.Get<CatalogHolder>().Current.IsHomed("88.300.9"), Is.False);
    }

    [Test]
    public async Task Import_DerivedPrefixThatNamesItsSite_IsHomedOnceAHandleOfItFollows()
    {
        const string Derived =
            """{"handle":"0.NA/88.300.1.7","values":[{"index":1,"type":"HS_SERV","data":"88.300.2/SERVICE"}]}""";

        var alone = await ImportAsync(Write("h.jsonl", Derived));
        var withHandles = await ImportAsync(Write("h.jsonl", Derived + "\n" + Url("88.300.1.7/a", "1")));

        Assert.That(alone.Output, Does.StartWith("created 1"), alone.Error);
        Assert.That(alone.Error, Does.Not.Contain("Homed"), "its server is another one");
        Assert.That(withHandles.Output, Does.StartWith("created 1, replaced 0, same 1"), withHandles.Error);
        Assert.That(withHandles.Error, Does.Contain("Homed from now on: 88.300.1.7."));
    }

    [Test]
    public async Task Import_BesideANodeThatIsOpen_IsSeenByItThroughTheLog()
    {
        using var node = await OpenAsync();

        await ImportAsync(Write("h.jsonl", PrefixRecord + "\n" + Url("88.300.9/a", "1")));
        await node.Get<LogFollower>().CatchUpAsync(default);

        Assert.That(node.Get<CatalogHolder>().Current.IsHomed("88.300.9"), Is.True);
        Assert.That((await node.Get<Resolver>().ResolveAsync(LookupKey.Of("88.300.9/a"), default)).Record, Is.Not.Null);
    }

    [Test]
    public async Task Import_NoSuchFile_SaysWhich()
    {
        var ran = await ImportAsync("/nowhere/h.jsonl");

        Assert.That(ran.Code, Is.EqualTo(2));
        Assert.That(ran.Error, Does.Contain("/nowhere/h.jsonl"));
    }

    private static string Url(string handle, string url) =>
        $$"""{"handle":"{{handle}}","values":[{"index":1,"type":"URL","data":{"format":"string","value":"{{url}}"},"ttl":86400}]}""";

    private Task<Ran> ImportAsync(string file, params string[] more) =>
        RunAsync(["handle", "import", file, "--data", Data, .. more]);

    private async Task<List<string>> ExportedAsync(params string[] more) =>
        HandleExportCommandTests.Untimed(await DoAsync(["handle", "export", "--data", Data, .. more]));

    private async Task<long> HeadAsync()
    {
        using var node = await OpenAsync();
        return await node.Get<NodeStore>().Log.HeadAsync(default);
    }

    /// <summary>A file during the reading of which something happens.</summary>
    private sealed class BreakingStream(byte[] bytes, Action happen) : MemoryStream(bytes)
    {
        private int _reads;

        public override int Read(Span<byte> buffer)
        {
            if (++_reads == 5)
            {
                happen();
            }
            return base.Read(buffer);
        }
    }
}
