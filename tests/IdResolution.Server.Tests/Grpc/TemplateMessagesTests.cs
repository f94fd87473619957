using IdResolution.Core.Templates;
using IdResolution.Server.Grpc;

namespace IdResolution.Server.Tests.Grpc;

[TestFixture]
public sealed class TemplateMessagesTests
{
    [TestCase("BOX-2025", 2)]
    [TestCase(null, null)]
    public void MembersOfSnms_GoRoundTrip(string? version, int? carrier)
    {
        var industry = version is null ? null : new IndustryCodes("C", "15", null, "1512");
        var template = new Template
        {
            Code = "box",
            VersionText = version,
            CarrierType = carrier,
            Industry = industry,
        };

        var read = TemplateMessages.FromMessage(TemplateMessages.ToMessage(template));

        Assert.That((read.VersionText, read.CarrierType, read.Industry), Is.EqualTo((version, carrier, industry)));
    }

    [TestCase("88.300.1")]
    [TestCase(null)]
    public void Prefix_GoesRoundTrip(string? prefix)
    {
        var message = TemplateMessages.ToMessage(new Template { Code = "mea", Prefix = prefix });

        Assert.That(message.HasPrefix, Is.EqualTo(prefix is not null));
        Assert.That(TemplateMessages.FromMessage(message).Prefix, Is.EqualTo(prefix));
    }

    [Test]
    public void WhatItsItemsTake_GoesRoundTrip()
    {
        var rules = new TraceRules
        {
            Links =
            [
                new LinkRule
                {
                    Type = "contains",
                    Templates = ["mea", "plate"],
                    Most = 400,
                    Refuse = false,
                },
                new LinkRule { Type = "produced-by" },
            ],
            Expiry = "useBy",
            Quantity = "length",
            Calibration = "due",
            Strokes = "made",
            StrokeLimit = "most",
            Material = "model",
            Lines = "rows",
            Bom = "bom",
            Place = "home",
        };

        var read = TemplateMessages
            .FromMessage(TemplateMessages.ToMessage(new Template { Code = "stack", Trace = rules }))
            .Trace!;

        Assert.That((read.Expiry, read.Quantity), Is.EqualTo((rules.Expiry, rules.Quantity)));
        Assert.That(
            (read.Calibration, read.Strokes, read.StrokeLimit, read.Material, read.Lines, read.Bom, read.Place),
            Is.EqualTo(("due", "made", "most", "model", "rows", "bom", "home"))
        );
        Assert.That(
            read.Links.Select(l => (l.Type, string.Join(',', l.Templates), l.Most, l.Refuse)),
            Is.EqualTo(rules.Links.Select(l => (l.Type, string.Join(',', l.Templates), l.Most, l.Refuse)))
        );
        Assert.That(TemplateMessages.FromMessage(new V1.Template()).Trace, Is.Null);
    }
}
