using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using IdResolution.Core.Catalog;
using IdResolution.Core.Errors;
using IdResolution.Core.Primitives;
using IdResolution.Core.Templates;

namespace IdResolution.Core.Tests.Templates;

[TestFixture]
public sealed class TemplateRulesTests
{
    private static readonly TestCaseData[] s_faults =
    [
        new(A("1x"), "attributes[0].code"),
        new(A("x\n"), "attributes[0].code"),
        new(A("x y"), "attributes[0].code"),
        new(A(new string('x', 51)), "attributes[0].code"),
        new(A("hs_PUBKEY"), "attributes[0].code"),
        new(A("HS_SITE.6"), "attributes[0].code"),
        new(A("x") with { Index = 1999 }, "attributes[0].index"),
        new(A("x") with { Index = -1 }, "attributes[0].index"),
        new(A("x") with { Names = new Names(new string('n', 201), null) }, "attributes[0].names"),
        new(A("x") with { Pattern = "(" }, "attributes[0].pattern"),
        new(A("x") with { Pattern = "(?=a)b" }, "attributes[0].pattern"),
        new(A("x") with { Pattern = @"(a)\1" }, "attributes[0].pattern"),
        new(A("x") with { Pattern = "a)|(?:b" }, "attributes[0].pattern"),
        new(A("x") with { Pattern = new string('a', 501) }, "attributes[0].pattern"),
        new(A("x") with { Pattern = "a", Type = AttributeType.Integer }, "attributes[0].pattern"),
        new(A("x") with { MaxLength = 3, Type = AttributeType.Integer }, "attributes[0].maxLength"),
        new(A("x") with { MinLength = 4, MaxLength = 3 }, "attributes[0].maxLength"),
        new(A("x") with { MinLength = -1 }, "attributes[0].maxLength"),
        new(A("x") with { MaxLength = 65_537 }, "attributes[0].maxLength"),
        new(A("x") with { Type = AttributeType.Choice }, "attributes[0].choices"),
        new(A("x") with { Type = AttributeType.Choice, Choices = [] }, "attributes[0].choices"),
        new(A("x") with { Type = AttributeType.Choice, Choices = ["a", "a"] }, "attributes[0].choices"),
        new(A("x") with { Type = AttributeType.Choice, Choices = ["a", ""] }, "attributes[0].choices"),
        new(A("x") with { Choices = ["a"] }, "attributes[0].choices"),
        new(A("x") with { ChoiceNames = Named("a") }, "attributes[0].choiceNames"),
        new(
            A("x") with
            {
                Type = AttributeType.Choice,
                Choices = ["a"],
                ChoiceNames = Named("A"),
            },
            "attributes[0].choiceNames.A"
        ),
        new(
            A("x") with
            {
                Type = AttributeType.Choice,
                Choices = ["a"],
                ChoiceNames = Named("a", new string('n', 201)),
            },
            "attributes[0].choiceNames.a"
        ),
        new(A("x") with { UnitNames = new Names("pcs", "片") }, "attributes[0].unitNames"),
        new(A("x") with { Unit = "pcs", UnitNames = new Names(new string('n', 201)) }, "attributes[0].unitNames"),
        new(A("x") with { Unique = true, Repeated = true }, "attributes[0].unique"),
        new(A("x") with { Minimum = "1" }, "attributes[0].minimum"),
        new(A("x") with { Type = AttributeType.Integer, Minimum = "1.5" }, "attributes[0].minimum"),
        new(A("x") with { Type = AttributeType.Date, Maximum = "soon" }, "attributes[0].maximum"),
        new(A("x") with { Type = AttributeType.Decimal, Minimum = "2", Maximum = "1.9" }, "attributes[0].minimum"),
        new(
            A("x") with
            {
                Type = AttributeType.DateTime,
                Minimum = "2026-01-02T00:00:00Z",
                Maximum = "2026-01-01T00:00:00Z",
            },
            "attributes[0].minimum"
        ),
    ];

    [TestCase("mea", true)]
    [TestCase("mea-batch-2", true)]
    [TestCase("a", true)]
    [TestCase("", false)]
    [TestCase("2a", false)]
    [TestCase("-a", false)]
    [TestCase("Mea", false)]
    [TestCase("mea_batch", false)]
    [TestCase("mea\n", false)]
    [TestCase("méa", false)]
    [TestCase(null, false)]
    public void IsCode_Table(string? code, bool valid) => Assert.That(TemplateRules.IsCode(code), Is.EqualTo(valid));

    [TestCaseSource(nameof(s_faults))]
    public void Check_OneFault_IsNamed(AttributeDefinition attribute, string field) =>
        Assert.That(Fields(new Template { Code = "t", Attributes = [attribute] }), Is.EqualTo(new[] { field }));

    [Test]
    public void Check_SeveralFaults_AreAllNamed() =>
        Assert.That(
            Fields(
                new Template
                {
                    Code = "T",
                    Names = new Names(null, new string('名', 201)),
                    Attributes =
                    [
                        A("ok"),
                        A("OK"),
                        A("n") with
                        {
                            Index = 7,
                            Type = AttributeType.Choice,
                            Pattern = "x",
                            MaxLength = 0,
                        },
                        A("m") with
                        {
                            Unique = true,
                            Repeated = true,
                        },
                    ],
                }
            ),
            Is.EqualTo(
                new[]
                {
                    "code",
                    "names",
                    "attributes[1].code",
                    "attributes[2].index",
                    "attributes[2].pattern",
                    "attributes[2].maxLength",
                    "attributes[2].maxLength",
                    "attributes[2].choices",
                    "attributes[3].unique",
                }
            )
        );

    [Test]
    public void Check_MissingAndNullMembers_AreNamedAndNeverThrow() =>
        Assert.Multiple(() =>
        {
            Assert.That(Fields(new Template { Code = null! }), Is.EqualTo(new[] { "code" }));
            Assert.That(Fields(new Template { Code = "t", Attributes = [null!] }), Is.EqualTo(new[] { "attributes" }));
            Assert.That(
                Fields(new Template { Code = "t", Attributes = [A(null!)] }),
                Is.EqualTo(new[] { "attributes[0].code" })
            );
            Assert.That(
                Fields(new Template { Code = "t", Attributes = [.. Enumerable.Range(0, 501).Select(i => A("x" + i))] }),
                Is.EqualTo(new[] { "attributes" })
            );
        });

    [Test]
    public void WithIndexes_GivesThemInOrderFrom2000() =>
        Assert.That(
            Indexes(
                TemplateRules.WithIndexes(
                    new Template { Code = "t", Attributes = [A("a"), A("b"), A("c") with { Index = 2010 }, A("d")] },
                    []
                )
            ),
            Is.EqualTo(new[] { 2011, 2012, 2010, 2013 })
        );

    [Test]
    public void WithIndexes_Versions_KeepTheirsForEver()
    {
        var first = TemplateRules.WithIndexes(new Template { Code = "t", Attributes = [A("a"), A("b"), A("c")] }, []);
        var second = TemplateRules.WithIndexes(new Template { Code = "t", Attributes = [A("d"), A("c")] }, [first]);
        var third = TemplateRules.WithIndexes(
            new Template { Code = "t", Attributes = [A("b"), A("e"), A("d")] },
            [first, second]
        );

        Assert.Multiple(() =>
        {
            Assert.That(Indexes(first), Is.EqualTo(new[] { 2000, 2001, 2002 }));
            Assert.That(Indexes(second), Is.EqualTo(new[] { 2003, 2002 }));
            Assert.That(Indexes(third), Is.EqualTo(new[] { 2001, 2004, 2003 }));
            Assert.That(Fields(third, first, second), Is.Empty);
        });
    }

    [Test]
    public void WithIndexes_GreatestIndex_DoesNotThrow() =>
        Assert.That(
            () =>
                Fields(
                    new Template { Code = "t", Attributes = [A("a") with { Index = int.MaxValue }, A("b"), A("c")] }
                ),
            Throws.Nothing
        );

    [Test]
    public void Check_AgainstEarlierVersions_RefusesWhatWouldMisreadRecords()
    {
        var first = TemplateRules.WithIndexes(new Template { Code = "t", Attributes = [A("a"), A("b")] }, []);

        Assert.Multiple(() =>
        {
            Assert.That(
                Fields(new Template { Code = "t", Attributes = [A("a") with { Index = 2005 }] }, first),
                Is.EqualTo(new[] { "attributes[0].index" })
            );
            Assert.That(
                Fields(new Template { Code = "t", Attributes = [A("z") with { Index = 2000 }] }, first),
                Is.EqualTo(new[] { "attributes[0].index" })
            );
            Assert.That(
                Fields(new Template { Code = "t", Attributes = [A("a") with { Type = AttributeType.Integer }] }, first),
                Is.EqualTo(new[] { "attributes[0].type" })
            );
            Assert.That(
                Fields(new Template { Code = "t", Attributes = [A("a") with { Repeated = true }] }, first),
                Is.EqualTo(new[] { "attributes[0].type" })
            );
            Assert.That(
                Fields(
                    new Template
                    {
                        Code = "t",
                        Attributes = [A("a") with { Required = true, State = AttributeState.Disabled }],
                    },
                    first
                ),
                Is.Empty
            );
        });
    }

    [TestCase("""{"code":"t","attributes":null}""")]
    [TestCase("""{"code":null}""")]
    [TestCase("""{"code":"t","attributes":[{"code":null}]}""")]
    [TestCase("""{"attributes":[]}""")]
    [TestCase("""{"code":"t","colour":"red"}""")]
    [TestCase("""{"code":"t","attributes":[{"code":"a","type":"int"}]}""")]
    [TestCase("""{"code":"t","attributes":[{"code":"a","type":1}]}""")]
    [TestCase("""{"code":"t","attributes":[{"code":"a","minimum":{}}]}""")]
    public void Json_NotATemplate_IsRefusedByTheReader(string json) =>
        Assert.That(
            () => JsonSerializer.Deserialize(json, CatalogJson.Default.Template),
            Throws.InstanceOf<JsonException>()
        );

    [Test]
    public async Task Json_BoundAcrossReadBuffers_IsReadWhole()
    {
        var json = Encoding.UTF8.GetBytes(
            """{"code":"t","attributes":[{"code":"a","type":"decimal","minimum":-12345.678}]}"""
        );
        for (var cut = 1; cut < json.Length; cut++)
        {
            var first = new Segment(json.AsMemory(0, cut), null);
            var last = new Segment(json.AsMemory(cut), first);

            var template = await JsonSerializer.DeserializeAsync(
                PipeReader.Create(new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length)),
                CatalogJson.Default.Template
            );

            Assert.That(template!.Attributes[0].Minimum, Is.EqualTo("-12345.678"), $"cut at {cut}");
        }
    }

    [Test]
    public void Json_RoundTrip_CanonicalisesBounds()
    {
        var template = JsonSerializer.Deserialize(
            """{"code":"t","attributes":[{"code":"a","type":"decimal","minimum":1e3,"maximum":"2000.50"},{"code":"d","type":"date","minimum":"2026-01-01"}]}""",
            CatalogJson.Default.Template
        )!;
        var json = JsonSerializer.Serialize(template, CatalogJson.Default.Template);

        Assert.That(
            json,
            Does.Contain("\"minimum\":1000,\"maximum\":2000.5").And.Contain("\"minimum\":\"2026-01-01\"")
        );
        Assert.That(
            JsonSerializer.Serialize(
                JsonSerializer.Deserialize(json, CatalogJson.Default.Template)!,
                CatalogJson.Default.Template
            ),
            Is.EqualTo(json)
        );
    }

    private static Dictionary<string, Names> Named(string choice, string name = "name") =>
        new() { [choice] = new Names(name) };

    private static AttributeDefinition A(string code) => new() { Code = code };

    private static int[] Indexes(Template template) => [.. template.Attributes.Select(a => a.Index)];

    private static string[] Fields(Template template, params Template[] earlier)
    {
        var faults = new Faults();
        TemplateRules.Check(TemplateRules.WithIndexes(template, earlier), earlier, faults);
        return faults.TryCombine(out var error) ? [.. error.Details.Select(e => e.Field!)] : [];
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, Segment? before)
        {
            Memory = memory;
            RunningIndex = before is null ? 0 : before.RunningIndex + before.Memory.Length;
            before?.Next = this;
        }
    }
}
