using System.Text.Json;
using IdResolution.Core.Access;
using IdResolution.Core.Administration;
using IdResolution.Core.Catalog;
using IdResolution.Core.CodingRules;
using IdResolution.Core.Errors;
using IdResolution.Core.Primitives;
using IdResolution.Core.Templates;
using IdResolution.Testing;

namespace IdResolution.Core.Tests.Templates;

[TestFixture]
public sealed class TemplateEditorTests
{
    private CoreFixture? _node;

    private CoreFixture Node => _node!;

    [SetUp]
    public async Task OpenNodeAsync() => _node = await CoreFixture.CreateAsync();

    [TearDown]
    public void CloseNode() => _node?.Dispose();

    [Test]
    public async Task Life_DraftPublishNextVersionWithdraw()
    {
        var draft = await SaveAsync(T("mea", "a"));
        Assert.That(
            (draft.Template.Reference, draft.Template.State, draft.IsNew),
            Is.EqualTo(("mea/1", TemplateState.Draft, true))
        );
        Assert.That(draft.Template.Identifier, Is.EqualTo("88.300.1/META_mea"));
        Assert.That(Node.Catalog.Current.FindByIdentifier("88.300.1/meta_MEA")!.Reference, Is.EqualTo("mea/1"));

        var changed = await SaveAsync(T("mea", "a", "b"));
        Assert.That((changed.Template.Reference, changed.IsNew), Is.EqualTo(("mea/1", false)));
        Assert.That(Node.Catalog.Current.FindPublished("mea"), Is.Null);

        await PublishAsync("mea");
        var next = await SaveAsync(T("mea", "b", "c"));
        Assert.That(
            (next.Template.Reference, next.IsNew, next.Template.State),
            Is.EqualTo(("mea/2", true, TemplateState.Draft))
        );
        Assert.That(next.Template.Attributes.Select(a => a.Index), Is.EqualTo(new[] { 2001, 2002 }));
        Assert.That(
            Node.Catalog.Current.FindPublished("mea")!.Version,
            Is.EqualTo(1),
            "registrations go on with the published one"
        );

        await PublishAsync("mea");
        Assert.That(Node.Catalog.Current.FindPublished("mea")!.Version, Is.EqualTo(2));
        Assert.That(
            (await Node.Templates.WithdrawAsync("mea", Node.Admin, default)).Value.State,
            Is.EqualTo(TemplateState.Withdrawn)
        );
        Assert.That(Node.Catalog.Current.FindPublished("mea"), Is.Null);
        Assert.That(Node.Catalog.Current.FindVersion("mea", 1)!.State, Is.EqualTo(TemplateState.Withdrawn));
        Assert.That((await PublishAsync("mea")).State, Is.EqualTo(TemplateState.Published));
        Assert.That(
            Node.Catalog.Current.FindVersion("mea", 1)!.State,
            Is.EqualTo(TemplateState.Withdrawn),
            "the newest alone comes back"
        );
    }

    [Test]
    public async Task SaveAndPublish_Again_WriteNothing()
    {
        await SaveAsync(T("mea", "a"));
        var head = await HeadAsync();
        Assert.That((await SaveAsync(T("mea", "a"))).IsNew, Is.False);
        Assert.That(await HeadAsync(), Is.EqualTo(head));

        await PublishAsync("mea");
        head = await HeadAsync();
        await PublishAsync("mea");
        var same = await SaveAsync(T("mea", "a"));
        Assert.That(
            (same.IsNew, same.Template.State, await HeadAsync()),
            Is.EqualTo((false, TemplateState.Published, head))
        );
        await Node.Templates.WithdrawAsync("mea", Node.Admin, default);
        head = await HeadAsync();
        Assert.That((await Node.Templates.WithdrawAsync("mea", Node.Admin, default)).IsOk, Is.True);
        Assert.That(await HeadAsync(), Is.EqualTo(head));
    }

    [Test]
    public async Task PublishedVersion_NeverChanges()
    {
        await Node.PublishAsync(T("mea", "a"));
        var published = Json(Node.Catalog.Current.FindVersion("mea", 1)!);

        Assert.That(
            (
                await Node.Templates.SaveDraftAsync(
                    T("mea") with
                    {
                        Attributes = [new AttributeDefinition { Code = "a", Type = AttributeType.Integer }],
                    },
                    Node.Admin,
                    default
                )
            )
                .Error!
                .Field,
            Is.EqualTo("attributes[0].type")
        );
        await Node.PublishAsync(T("mea", "b"));

        Assert.That(Json(Node.Catalog.Current.FindVersion("mea", 1)!), Is.EqualTo(published));
    }

    [Test]
    public async Task Save_Faults_AreAllNamed()
    {
        var error = (
            await Node.Templates.SaveDraftAsync(
                T("Mea", "1", "x", "x") with
                {
                    Category = "none",
                    CodingRule = "none",
                },
                Node.Admin,
                default
            )
        ).Error!;

        Assert.That(
            error.Details.Select(e => e.Field),
            Is.EqualTo(new[] { "code", "attributes[0].code", "attributes[2].code", "category", "codingRule" })
        );
        Assert.That(Node.Catalog.Current.TemplateCodes, Is.Empty);
    }

    [Test]
    public async Task UnknownOrDraft_IsRefused()
    {
        await SaveAsync(T("draft", "a"));

        Assert.Multiple(async () =>
        {
            Assert.That(
                (await Node.Templates.PublishAsync("none", Node.Admin, default)).Error!.Code,
                Is.EqualTo(ErrorCode.NotFound)
            );
            Assert.That(
                (await Node.Templates.WithdrawAsync("none", Node.Admin, default)).Error!.Code,
                Is.EqualTo(ErrorCode.NotFound)
            );
            Assert.That(
                (await Node.Templates.CopyAsync("none", "new", null, null, Node.Admin, default)).Error!.Code,
                Is.EqualTo(ErrorCode.NotFound)
            );
            Assert.That(
                (await Node.Templates.WithdrawAsync("draft", Node.Admin, default)).Error!.Code,
                Is.EqualTo(ErrorCode.NotPublished)
            );
        });
    }

    [Test]
    public async Task Copy_IsADraftOfItsOwn()
    {
        await Node.PublishAsync(T("mea", "a", "b"));

        var copy = CoreFixture.Ok(
            await Node.Templates.CopyAsync("mea", "mea-large", new Names("Large", "大"), null, Node.Admin, default)
        );

        Assert.That(
            (copy.Reference, copy.State, copy.CopiedFrom, copy.Identifier),
            Is.EqualTo(("mea-large/1", TemplateState.Draft, "mea/1", "88.300.1/META_mea-large"))
        );
        Assert.That(copy.Attributes.Select(a => a.Code), Is.EqualTo(new[] { "a", "b" }));
        Assert.That(
            (await Node.Templates.CopyAsync("mea", "mea-large", null, null, Node.Admin, default)).Error!.Code,
            Is.EqualTo(ErrorCode.AlreadyExists)
        );
        Assert.That(
            (await Node.Templates.CopyAsync("mea", "Mea", null, null, Node.Admin, default)).Error!.Field,
            Is.EqualTo("code")
        );
    }

    [TestCase(Role.Anonymous, ErrorCode.Unauthenticated)]
    [TestCase(Role.Registrar, ErrorCode.Forbidden)]
    public async Task Everything_IsTheAdministrators(Role role, ErrorCode code)
    {
        var caller = new Caller(role, 9, "k9");
        var head = await HeadAsync();

        Assert.That(
            (await Node.Templates.SaveDraftAsync(T("mea", "a"), caller, default)).Error!.Code,
            Is.EqualTo(code)
        );
        Assert.That((await Node.Templates.PublishAsync("mea", caller, default)).Error!.Code, Is.EqualTo(code));
        Assert.That(
            (await Node.Categories.SaveAsync(new Category { Code = "c" }, caller, default)).Error!.Code,
            Is.EqualTo(code)
        );
        Assert.That(
            (await Node.Rules.SaveAsync(new CodingRule { Code = "r", Pattern = "{seq:3}" }, caller, default))
                .Error!
                .Code,
            Is.EqualTo(code)
        );
        Assert.That((await Node.Packs.ImportAsync(Pack(), caller, default)).Error!.Code, Is.EqualTo(code));
        Assert.That(
            (await Node.Keys.CreateAsync(new NewKey(Role.Anonymous), caller, default)).Error!.Code,
            Is.EqualTo(code)
        );
        Assert.That(await HeadAsync(), Is.EqualTo(head));
    }

    [Test]
    public async Task Acts_AreAudited()
    {
        await SaveAsync(T("mea", "a"));
        await PublishAsync("mea");

        var lines = await Node.Store.Audit.ReadAsync(0, 2, default);
        Assert.That(
            lines.Select(l => $"{l.Caller} {l.Action} {l.Target} {l.Outcome}"),
            Is.EqualTo(new[] { "k-admin template.publish mea done", "k-admin template.save mea done" })
        );
    }

    // Its caller hangs up at the moment the write is done: it is audited and known here all the same.
    [Test]
    public async Task Act_CallerGone_IsAuditedAndKnown()
    {
        using var gone = new CancellationTokenSource();
        Node.Store.OnCommitted((_, _, _) => gone.Cancel());

        await Node.Templates.SaveDraftAsync(T("mea", "a"), Node.Admin, gone.Token);

        Assert.That(Node.Catalog.Current.FindLatest("mea"), Is.Not.Null);
        Assert.That((await Node.Store.Audit.ReadAsync(0, 1, default))[0].Action, Is.EqualTo("template.save"));
    }

    [Test]
    public async Task TwoNodes_SavingAndPublishingAtOnce_KeepPublishedVersionsAsTheyWere()
    {
        using var second = await Node.SecondNodeAsync();
        await SaveAsync(T("mea", "a"));
        await Task.WhenAll(
            Enumerable
                .Range(0, 40)
                .Select(i =>
                    Task.Run(async () =>
                    {
                        var node = i % 2 == 0 ? Node : second;
                        await node.Templates.SaveDraftAsync(T("mea", "a", "x" + i), node.Admin, default);
                        await node.Templates.PublishAsync("mea", node.Admin, default);
                    })
                )
        );

        // Every version was published once, and from then on its document never changed but for its state.
        var documents = (await Node.Store.Documents.LoadAsync(default))
            .Documents.Where(d => d.Code.StartsWith("mea/", StringComparison.Ordinal))
            .ToList();
        var changes = await Node.Store.Log.ReadAsync(0, 10_000, default);
        foreach (var document in documents)
        {
            var published = changes
                .Where(c => c.Body.Object == document.Object)
                .Select(c => JsonOf(c.State!))
                .Select(j => JsonSerializer.Deserialize(j, CatalogJson.Default.Template)!)
                .SkipWhile(t => t.State != TemplateState.Published)
                .Select(Json)
                .Distinct()
                .ToList();
            Assert.That(published, Has.Count.LessThanOrEqualTo(1), document.Code);
        }
    }

    [Test]
    public async Task Rule_MustFitTheTemplatesThatUseIt()
    {
        var template = T("mea", "line", "note") with { CodingRule = "mea" };
        template = template with
        {
            Attributes = [template.Attributes[0] with { Required = true }, template.Attributes[1]],
        };
        Assert.That(
            (await Node.Rules.SaveAsync(Rule("{attr:line}-{seq:3}"), Node.Admin, default)).Value.IsNew,
            Is.True
        );
        await Node.PublishAsync(template);
        await SaveAsync(template with { CodingRule = null, Attributes = [template.Attributes[0]] });

        var misfit = (await Node.Rules.SaveAsync(Rule("{attr:note}-{seq:3}"), Node.Admin, default)).Error!;
        Assert.That(misfit.Field, Is.EqualTo("codingRule"), "the published version still uses it, behind the draft");
        Assert.That(
            (await Node.Rules.SaveAsync(Rule("L{attr:line}-{seq:4}"), Node.Admin, default)).Value.IsNew,
            Is.False
        );
        Assert.That(
            (await Node.Templates.SaveDraftAsync(T("other", "note") with { CodingRule = "mea" }, Node.Admin, default))
                .Error!
                .Field,
            Is.EqualTo("codingRule")
        );
        Assert.That(
            (
                await Node.Packs.ImportAsync(
                    new TemplatePack { CodingRules = [Rule("{attr:note}-{seq:3}")] },
                    Node.Admin,
                    default
                )
            ).Error!.Details.Select(e => e.Field),
            Is.EqualTo(new[] { "codingRules.mea.codingRule" }),
            "a pack fits what is here too"
        );
    }

    [Test]
    public async Task Prefix_IsTakenAtTheFirstSaveAndStays()
    {
        await HomeAsync("88.300.9");
        var first = await SaveAsync(T("mea", "a") with { Prefix = "88.300.9" });
        var absent = await SaveAsync(T("mea", "a", "b"));
        await PublishAsync("mea");
        var next = await SaveAsync(T("mea", "a", "b", "c") with { Prefix = "88.300.9" });

        Assert.That(
            (first.Template.Prefix, first.Template.Identifier),
            Is.EqualTo(("88.300.9", "88.300.9/META_mea")),
            "its own identifier is the prefix's as well"
        );
        Assert.That(absent.Template.Prefix, Is.EqualTo("88.300.9"), "as before, where it is not given");
        Assert.That((next.Template.Reference, next.Template.Prefix), Is.EqualTo(("mea/2", "88.300.9")));
        Assert.That(
            CoreFixture
                .Ok(await Node.Templates.CopyAsync("mea", "mea-large", null, null, Node.Admin, default))
                .Identifier,
            Is.EqualTo("88.300.9/META_mea-large"),
            "a copy belongs to the same prefix"
        );
        Assert.That(Json(first.Template), Does.Contain("\"prefix\":\"88.300.9\""));
        Assert.That(Json((await SaveAsync(T("other", "a") with { Prefix = "" })).Template), Does.Not.Contain("prefix"));
    }

    [TestCase("mea", "88.300.1")]
    [TestCase("mea", "")]
    [TestCase("node", "88.300.9")]
    [TestCase("new", "88.300.77")]
    [TestCase("new", "no prefix")]
    public async Task Prefix_ChangedOrNotHomed_IsRefusedNamingIt(string code, string prefix)
    {
        await HomeAsync("88.300.9");
        await SaveAsync(T("mea", "a") with { Prefix = "88.300.9" });
        await SaveAsync(T("node", "a"));
        await PublishAsync("mea");

        var refused = await Node.Templates.SaveDraftAsync(T(code, "a") with { Prefix = prefix }, Node.Admin, default);
        var pack = new TemplatePack { Templates = [T(code, "a") with { Prefix = prefix }] };
        var imported = await Node.Packs.ImportAsync(pack, Node.Admin, default);

        Assert.That(refused.Error!.Field, Is.EqualTo("prefix"));
        Assert.That(imported.Error!.Details.Select(e => e.Field), Is.EqualTo(new[] { $"templates.{code}.prefix" }));
    }

    [Test]
    public async Task Prefix_InAPack_GoesRoundTrip()
    {
        await HomeAsync("88.300.9");
        await Node.PublishAsync(T("mea", "a") with { Prefix = "88.300.9" });
        await SaveAsync(T("node", "a"));
        var pack = CoreFixture.Ok(Node.Packs.Export([], Node.Admin));
        var text = JsonSerializer.Serialize(pack, CatalogJson.Default.TemplatePack);
        var read = JsonSerializer.Deserialize(text, CatalogJson.Default.TemplatePack)!;
        using var other = await CoreFixture.CreateAsync();

        var refused = await other.Packs.ImportAsync(read, other.Admin, default);
        await HomeAsync("88.300.9", other);
        var taken = CoreFixture.Ok(await other.Packs.ImportAsync(read, other.Admin, default));
        var again = CoreFixture.Ok(await other.Packs.ImportAsync(read, other.Admin, default));

        Assert.That(refused.Error!.Details.Select(e => e.Field), Is.EqualTo(new[] { "templates.mea.prefix" }));
        Assert.That((taken.Count, again.Count), Is.EqualTo((2, 0)));
        Assert.That(
            (other.Catalog.Current.FindLatest("mea")!.Prefix, other.Catalog.Current.FindLatest("node")!.Prefix),
            Is.EqualTo(("88.300.9", (string?)null))
        );
    }

    [Test]
    public async Task Prefix_OfRulesAndSources_EmptyIsTheNodes()
    {
        var rule = CoreFixture.Ok(
            await Node.Rules.SaveAsync(Rule("M-{seq:3}") with { Prefix = "" }, Node.Admin, default)
        );
        var source = CoreFixture.Ok(
            await new SourceEditor(Node.Documents).SaveAsync(
                new Source { Code = "mes", Prefix = "" },
                Node.Admin,
                default
            )
        );

        Assert.That((rule.Rule.Prefix, source.Source.Prefix), Is.EqualTo(((string?)null, (string?)null)));
    }

    [Test]
    public async Task Key_WithAPrefix_SaysSoAndIsReadAgain()
    {
        var made = CoreFixture.Ok(
            await Node.Keys.CreateAsync(new NewKey(Role.Reader, Prefix: "88.300.1"), Node.Admin, default)
        );
        var plain = CoreFixture.Ok(
            await Node.Keys.CreateAsync(new NewKey(Role.Reader, Prefix: ""), Node.Admin, default)
        );
        var faulty = await Node.Keys.CreateAsync(
            new NewKey(Role.Anonymous, RateLimit: 0, Prefix: "88.300.77"),
            Node.Admin,
            default
        );

        Assert.That((made.Key.Prefix, plain.Key.Prefix), Is.EqualTo(("88.300.1", (string?)null)));
        Assert.That(
            Node.Catalog.Current.Keys.Select(k => k.Prefix),
            Is.EqualTo(new[] { "88.300.1", null }),
            "as the documents have it"
        );
        Assert.That(faulty.Error!.Details.Select(e => e.Field), Is.EqualTo(new[] { "role", "rateLimit", "prefix" }));
    }

    [TestCase("r\n", null, "{seq:3}", "code")]
    [TestCase("R", null, "{seq:3}", "code")]
    [TestCase("r", "77", "{seq:3}", "prefix")]
    [TestCase("r", null, "{seq}", "pattern")]
    [TestCase("r", null, "meta_{seq:3}", "pattern")]
    public async Task Rule_Faults_AreNamed(string code, string? prefix, string pattern, string field) => Assert.That((
                await Node.Rules.SaveAsync(
                    new CodingRule
                    {
                        Code = code,
                        Prefix = prefix,
                        Pattern = pattern,
                    },
                    Node.Admin,
                    default
                )
            ).Error!.Field, Is.EqualTo(field));

    [Test]
    public async Task Categories_NestAndNeverStandAboveThemselves()
    {
        Assert.That((await SaveCategoryAsync("top", null)).Value.IsNew, Is.True);
        Assert.That((await SaveCategoryAsync("middle", "top")).Value.IsNew, Is.True);
        Assert.That((await SaveCategoryAsync("low", "middle")).Value.IsNew, Is.True);
        var head = await HeadAsync();

        Assert.That((await SaveCategoryAsync("low", "middle")).Value.IsNew, Is.False);
        Assert.That((await SaveCategoryAsync("top", "top")).Error!.Field, Is.EqualTo("parent"));
        Assert.That((await SaveCategoryAsync("top", "low")).Error!.Field, Is.EqualTo("parent"));
        Assert.That((await SaveCategoryAsync("new", "none")).Error!.Field, Is.EqualTo("parent"));
        Assert.That((await SaveCategoryAsync("New", null)).Error!.Field, Is.EqualTo("code"));
        Assert.That(await HeadAsync(), Is.EqualTo(head));
    }

    [Test]
    public async Task Import_FuelCellPack_PublishesAllAndTwiceIsOnce()
    {
        var pack = Pack();

        var written = CoreFixture.Ok(await Node.Packs.ImportAsync(pack, Node.Admin, default));

        Assert.That(written.Count, Is.EqualTo(pack.Templates.Count + pack.CodingRules.Count + pack.Categories.Count));
        Assert.That(Node.Catalog.Current.TemplateCodes, Has.Count.EqualTo(49));
        Assert.That(
            Node.Catalog.Current.TemplateCodes.Select(c => Node.Catalog.Current.FindPublished(c)),
            Has.None.Null
        );
        var head = await HeadAsync();
        Assert.That(CoreFixture.Ok(await Node.Packs.ImportAsync(Pack(), Node.Admin, default)).Count, Is.Zero);
        Assert.That(
            CoreFixture
                .Ok(
                    await Node.Packs.ImportAsync(CoreFixture.Ok(Node.Packs.Export([], Node.Admin)), Node.Admin, default)
                )
                .Count,
            Is.Zero,
            "nor the node's own export"
        );
        Assert.That(await HeadAsync(), Is.EqualTo(head));
    }

    [Test]
    public async Task Import_OneFault_WritesNothing()
    {
        var pack = Pack();
        var head = await HeadAsync();
        var broken = pack with
        {
            Templates =
            [
                .. pack.Templates.Skip(1),
                pack.Templates[0] with
                {
                    Category = "none",
                    Trace = null,
                    Attributes = [new AttributeDefinition { Code = "x", Minimum = "1" }],
                },
            ],
            CodingRules = [.. pack.CodingRules, new CodingRule { Code = "bad", Pattern = "{" }],
        };

        var error = (await Node.Packs.ImportAsync(broken, Node.Admin, default)).Error!;

        Assert.That(
            error.Details.Select(e => e.Field),
            Is.EqualTo(
                new[]
                {
                    "codingRules.bad.pattern",
                    "templates.catalyst-lot.attributes[0].minimum",
                    "templates.catalyst-lot.category",
                }
            )
        );
        Assert.That(await HeadAsync(), Is.EqualTo(head));
    }

    [Test]
    public async Task Import_DoublesAndCircles_AreNamed()
    {
        var doubles = new TemplatePack
        {
            Categories = [new Category { Code = "a" }, new Category { Code = "a" }],
            CodingRules = [Rule("{seq:3}"), Rule("{seq:4}"), null!],
            Templates = [T("t", "x"), T("t", "y")],
        };
        var circle = new TemplatePack
        {
            Categories = [new Category { Code = "a", Parent = "b" }, new Category { Code = "b", Parent = "a" }],
        };

        Assert.That(
            (await Node.Packs.ImportAsync(doubles, Node.Admin, default)).Error!.Details.Select(e => e.Field),
            Is.EqualTo(new[] { "categories.a", "codingRules.mea", "codingRules[2]", "templates.t" })
        );
        Assert.That(
            (await Node.Packs.ImportAsync(circle, Node.Admin, default)).Error!.Details.Select(e => e.Field),
            Is.EqualTo(new[] { "categories.a.parent", "categories.b.parent" })
        );
        Assert.That(Node.Catalog.Current.Categories, Is.Empty);
    }

    [Test]
    public async Task Import_ChangedTemplate_IsANewPublishedVersion()
    {
        var pack = new TemplatePack { Templates = [T("mea", "a")] };
        await Node.Packs.ImportAsync(pack, Node.Admin, default);

        Assert.That(
            CoreFixture
                .Ok(await Node.Packs.ImportAsync(pack with { Templates = [T("mea", "a", "b")] }, Node.Admin, default))
                .Count,
            Is.EqualTo(1)
        );

        Assert.That(Node.Catalog.Current.FindPublished("mea")!.Reference, Is.EqualTo("mea/2"));
        Assert.That(Node.Catalog.Current.FindVersion("mea", 1)!.State, Is.EqualTo(TemplateState.Published));
    }

    [Test]
    public async Task Preview_AttributesOfTemplates_NamesThoseThatMoreSee()
    {
        var made = T("mea", "a", "b", "c", "d", "e");
        await Node.Packs.ImportAsync(
            new TemplatePack { Templates = [As(made, Visibility.Partner)] },
            Node.Admin,
            default
        );
        var disabled = As(made, Visibility.Partner);
        disabled = disabled with
        {
            Attributes =
            [
                .. disabled.Attributes.Select(a => a.Code == "e" ? a with { State = AttributeState.Disabled } : a),
            ],
        };
        await Node.Packs.ImportAsync(new TemplatePack { Templates = [disabled] }, Node.Admin, default);
        var head = await HeadAsync();
        var pack = new TemplatePack
        {
            Templates =
            [
                made with
                {
                    Attributes =
                    [
                        .. As(made, Visibility.Partner)
                            .Attributes.Select(a =>
                                a.Code switch
                                {
                                    "a" => a with { Visibility = Visibility.Public },
                                    "b" => a with { Visibility = Visibility.Private },
                                    "c" => a with { State = AttributeState.Disabled, Visibility = Visibility.Public },
                                    _ => a,
                                }
                            ),
                        new AttributeDefinition { Code = "f", Visibility = Visibility.Public },
                    ],
                },
                T("new", "a"),
            ],
        };

        var preview = CoreFixture.Ok(Node.Packs.Preview(pack, Node.Admin));

        Assert.That(await HeadAsync(), Is.EqualTo(head), "it writes nothing");
        Assert.That(preview.Count, Is.EqualTo(2));
        Assert.That(
            preview.Widened,
            Is.EqualTo([
                new WidenedAttribute("mea", "a", Visibility.Partner, Visibility.Public),
                new WidenedAttribute("mea", "e", null, Visibility.Partner),
            ])
        );
        var registrar = Node.Admin with { Role = Role.Registrar };
        Assert.That(Node.Packs.Preview(pack, registrar).Error!.Code, Is.EqualTo(ErrorCode.Forbidden));

        static Template As(Template template, Visibility visibility) =>
            template with
            {
                Attributes = [.. template.Attributes.Select(a => a with { Visibility = visibility })],
            };
    }

    private static Template T(string code, params string[] attributes) =>
        new() { Code = code, Attributes = [.. attributes.Select(a => new AttributeDefinition { Code = a })] };

    private static CodingRule Rule(string pattern) => new() { Code = "mea", Pattern = pattern };

    private static string Json(Template template) => JsonSerializer.Serialize(template, CatalogJson.Default.Template);

    private static string JsonOf(byte[] state)
    {
        var reader = new Core.ChangeLog.StateReader(state);
        reader.Read();
        return System.Text.Encoding.UTF8.GetString(reader.Value);
    }

    private static TemplatePack Pack() =>
        JsonSerializer.Deserialize(
            File.ReadAllBytes(RepositoryFolder.PathOf("src/IdResolution.Server/Packs/fuel-cell.json")),
            CatalogJson.Default.TemplatePack
        )!;

    private async Task<(Template Template, bool IsNew)> SaveAsync(Template template) =>
        CoreFixture.Ok(await Node.Templates.SaveDraftAsync(template, Node.Admin, default));

    private async Task<Template> PublishAsync(string code) =>
        CoreFixture.Ok(await Node.Templates.PublishAsync(code, Node.Admin, default));

    private Task<Result<(Category Category, bool IsNew)>> SaveCategoryAsync(string code, string? parent) =>
        Node.Categories.SaveAsync(new Category { Code = code, Parent = parent }, Node.Admin, default);

    private async Task HomeAsync(string prefix, CoreFixture? node = null)
    {
        var homed = CoreFixture.Ok(Core.Identifiers.Identifier.Parse(prefix + "/x")).Prefix;
        CoreFixture.Ok(await (node ?? Node).Prefixes.HomeAsync([homed], Caller.Node, default));
    }

    private ValueTask<long> HeadAsync() => Node.Store.Log.HeadAsync(default);
}
