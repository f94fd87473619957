using System.Globalization;
using System.Text.Json;
using IdResolution.Core.Access;
using IdResolution.Core.Templates;
using IdResolution.Server.Hosting;
using IdResolution.Server.Tests.Rest;

namespace IdResolution.Server.Tests.Packs;

/// <summary>The pack as the node takes it.</summary>
[TestFixture]
public sealed class FuelCellPackTests
{
    private readonly OwnPackTemplates _templates = new();

    [Test]
    public async Task Register_AnExampleOfEachTemplate_IsTakenWithAllItsAttributes()
    {
        await using var node = await TestNode.StartAsync();
        foreach (var template in _templates.Newest)
        {
            var body = JsonSerializer.Serialize(
                new { template = template.Code, attributes = template.Attributes.ToDictionary(a => a.Code, Example) }
            );

            var answer = await node.SendAsync(Role.Registrar, "POST", "/api/v1/identifiers", body);

            Assert.That(answer.Status, Is.EqualTo(201), $"{template.Code}: {answer}");
            Assert.That(
                answer.Json.GetProperty("attributes").EnumerateObject().Select(a => a.Name),
                Is.EquivalentTo(template.Attributes.Select(a => a.Code)),
                template.Code
            );
        }
    }

    [Test]
    public void Whole_FormerPacks_AreThoseThatWereReleased()
    {
        var former = FuelCellPack.Whole().Former;

        Assert.That(former.Select(pack => pack.Version), Is.EqualTo(new[] { 1, 2, 3, 4 }));
        Assert.That(former.Select(pack => pack.Templates.Count), Is.EqualTo(new[] { 24, 49, 49, 49 }));
        var (second, third) = (Of(former[1], "order"), Of(former[2], "order"));
        Assert.That((second.Find("lines"), second.Trace), Is.EqualTo(((AttributeDefinition?)null, (TraceRules?)null)));
        Assert.That((third.Find("lines")?.Index, third.Trace?.Lines), Is.EqualTo(((int?)2017, "lines")));
        Assert.That(Of(former[2], "stack").Trace!.Links.Select(rule => rule.Least), Is.All.Null);
        Assert.That(Of(former[2], "gdl-lot").Find("storagePlace"), Is.Null);
        Assert.That(Of(former[3], "order").Trace!.Quantity, Is.Null);

        static Template Of(TemplatePack pack, string code) => pack.Templates.Single(t => t.Code == code);
    }

    [Test]
    public void FormerPack_Templates_AreInTodaysWithTheirAttributesAsTheyWere()
    {
        foreach (var former in _templates.Former)
        {
            var today = _templates.Newest.Single(t => t.Code == former.Code);
            Assert.That((today.Category, today.CodingRule), Is.EqualTo((former.Category, former.CodingRule)));
            foreach (var old in former.Attributes)
            {
                // Choices may be added.
                var now = today.Find(old.Code)!;
                Assert.That(old.Choices ?? [], Is.SubsetOf(now.Choices ?? []), $"{former.Code}.{old.Code}");
                Assert.That(
                    now with
                    {
                        Choices = null,
                        ChoiceNames = null,
                    },
                    Is.EqualTo(old with { Choices = null, ChoiceNames = null }),
                    $"{former.Code}.{old.Code}"
                );
            }
            Assert.That(
                today.Attributes.Select(a => a.Index).Max() - AttributeDefinition.FirstIndex,
                Is.EqualTo(today.Attributes.Count - 1),
                former.Code
            );
        }
    }

    [Test]
    public void LinkRules_Templates_AreInThePackAndAreOnlyReported()
    {
        var codes = _templates.Newest.Select(t => t.Code).ToList();
        var rules = _templates.Newest.SelectMany(t => t.Trace?.Links ?? []).ToList();

        Assert.That(rules, Is.Not.Empty);
        Assert.That(rules.SelectMany(r => r.Templates).Distinct(), Is.SubsetOf(codes));
        // Plants differ in what they build in, and have templates of their own: nothing that a plant records is lost.
        Assert.That(rules.Select(r => r.Refuse), Is.All.EqualTo(false));
        foreach (var template in _templates.Newest.Where(t => t.Trace is { Links.Count: > 0 }))
        {
            Assert.That(
                template.Trace!.Links.Select(r => r.Type).Distinct(),
                Is.EquivalentTo(new[] { "consumes", "contains" }),
                $"{template.Code}: a kind without a rule would be refused"
            );
        }
    }

    [TestCase("catalyst-lot", "expiryDate", "netMass")]
    [TestCase("membrane-roll", null, "length")]
    [TestCase("gasket", "expiryDate", "quantity")]
    [TestCase("hydrogen-tank", "inspectedUntil", null)]
    public void Trace_OfLots_NamesExpiryAndQuantity(string code, string? expiry, string? quantity)
    {
        var trace = _templates.Newest.Single(t => t.Code == code).Trace!;

        Assert.That((trace.Expiry, trace.Quantity), Is.EqualTo((expiry, quantity)));
    }

    private static object Example(AttributeDefinition attribute)
    {
        object one = attribute.Type switch
        {
            AttributeType.Text => TextOf(attribute),
            AttributeType.Integer or AttributeType.Decimal => decimal.Parse(
                attribute.Minimum ?? "1",
                NumberStyles.Float,
                CultureInfo.InvariantCulture
            ),
            AttributeType.Boolean => true,
            AttributeType.Date => "2026-03-01",
            AttributeType.DateTime => "2026-03-01T08:00:00Z",
            AttributeType.Choice => attribute.Choices![^1],
            AttributeType.Reference => $"{TestNode.Prefix}/X-1",
            _ => "sha-256:" + new string('a', 64),
        };
        return attribute.Repeated ? new[] { one } : one;
    }

    private static string TextOf(AttributeDefinition attribute) =>
        attribute.Code switch
        {
            "vin" => "LFV2A21K8G4000001",
            "creditCode" => "91320000MA1ABCDE0X",
            "lines" => "88.300.1/PMD-1;400;pcs",
            "recovered" => "Pt;0.5",
            "nodePrefix" => "88.300.2",
            _ => "A1",
        };

    private sealed class OwnPackTemplates
    {
        private readonly Core.Administration.OwnPack _own = FuelCellPack.Whole();

        public IReadOnlyList<Template> Newest => _own.Newest.Templates;

        public IEnumerable<Template> Former => _own.Former.SelectMany(p => p.Templates);
    }
}
