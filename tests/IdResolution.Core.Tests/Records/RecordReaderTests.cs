using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Documents;
using IdResolution.Core.Records;
using IdResolution.Core.Templates;
using IdResolution.Core.Views;

namespace IdResolution.Core.Tests.Records;

[TestFixture]
public sealed class RecordReaderTests
{
    private static readonly NodeCatalog s_catalog = Catalog(
        new Template
        {
            Code = "mea",
            State = TemplateState.Published,
            Attributes =
            [
                A("open", Visibility.Public, 2000),
                A("shared", Visibility.Partner, 2001),
                A("own", Visibility.Private, 2002),
                A("old", Visibility.Public, 2003) with
                {
                    State = AttributeState.Disabled,
                },
            ],
        }
    );

    [TestCase("public", "open")]
    [TestCase("partner", "open shared")]
    [TestCase("full", "open shared own")]
    [TestCase("admin", "open shared own")]
    public void Read_Attributes_ShowsThoseOfTheProjection(string projection, string codes)
    {
        var record = RecordReader.Read(State(), s_catalog, Named(projection));

        Assert.That(string.Join(' ', record.Attributes.Select(a => a.Attribute.Code)), Is.EqualTo(codes));
    }

    [Test]
    public void Read_RawValues_FollowTheirOwnBitsAndSecretsAreNeverShown(
        [Values("public", "partner", "full", "admin")] string projection,
        [Range(0, 15)] int bits
    )
    {
        var permissions = (Permissions)bits;
        var record = RecordReader.Read(
            State(
                new RawValue
                {
                    Index = 5,
                    Type = "EMAIL",
                    Data = [1],
                    Permissions = permissions,
                },
                new RawValue
                {
                    Index = 6,
                    Type = "HS_SECKEY",
                    Data = [2],
                    Permissions = permissions,
                },
                new RawValue
                {
                    Index = 7,
                    Type = "hs_seckey",
                    Data = [3],
                    Permissions = permissions,
                }
            ),
            s_catalog,
            Named(projection)
        );

        var shown = projection == "admin" || permissions.HasFlag(Permissions.PublicRead);
        Assert.That(record.Values.Select(v => v.Index), Is.EqualTo(shown ? new[] { 5 } : []));
    }

    [TestCase("public", false)]
    [TestCase("partner", false)]
    [TestCase("full", true)]
    [TestCase("admin", true)]
    public void Read_BusinessKey_IsTheCompanysOwn(string projection, bool shown)
    {
        var record = RecordReader.Read(State(), s_catalog, Named(projection));

        Assert.That(
            (record.Identifier, record.Source, record.SourceKey),
            Is.EqualTo(("88/Mea-1", shown ? "mes" : null, shown ? "4711" : null))
        );
    }

    [Test]
    public void Projections_FollowRoles() =>
        Assert.That(
            Enum.GetValues<Role>().Select(r => new Caller(r, 1, "k").Projection),
            Is.EqualTo(
                new[]
                {
                    Projection.Public,
                    Projection.Partner,
                    Projection.Full,
                    Projection.Full,
                    Projection.Admin,
                    Projection.Public,
                }
            )
        );

    [Test]
    public void Read_TemplateNotKnownHere_ShowsNoAttributes()
    {
        var record = RecordReader.Read(State(), Catalog(), Projection.Admin);

        Assert.That((record.Template, record.Attributes.Count), Is.EqualTo(((Template?)null, 0)));
    }

    [Test]
    public void CountedAs_TemplateAndSource() =>
        Assert.Multiple(() =>
        {
            Assert.That(RecordState.CountedAs(State()), Is.EqualTo(("mea", "mes")));
            Assert.That(RecordState.CountedAs(new StateWriter().ToState()), Is.EqualTo(("", "")));
        });

    private static byte[] State(params RawValue[] values)
    {
        var state = new StateWriter();
        state.Add(StateCodes.Identifier, "88/Mea-1");
        state.Add(StateCodes.Template, "mea/1");
        state.Add(StateCodes.Status, "active");
        state.AddList(StateCodes.KeyPrefix + "mes", "4711");
        foreach (var code in new[] { "open", "shared", "own", "old", "unknown" })
        {
            state.Add(StateCodes.AttributePrefix + code, "value of " + code);
        }
        foreach (var value in values)
        {
            state.Add(StateCodes.ValuePrefix + value.Index, value.Encode(), StateForm.Bytes);
        }
        return state.ToState();
    }

    private static NodeCatalog Catalog(params Template[] templates) =>
        NodeCatalog.Build(
            [
                .. templates.Select(
                    (t, i) =>
                        new Document(
                            LogKind.Template,
                            t.Reference,
                            i + 1,
                            1,
                            i + 1,
                            System.Text.Json.JsonSerializer.Serialize(t, CatalogJson.Default.Template)
                        )
                ),
            ],
            templates.Length,
            null,
            TimeProvider.System
        );

    private static AttributeDefinition A(string code, Visibility visibility, int index) =>
        new()
        {
            Code = code,
            Visibility = visibility,
            Index = index,
        };

    private static Projection Named(string id) =>
        Enum.GetValues<Role>().Select(Projection.Of).First(projection => projection.Id == id);
}
