using System.Text.Json;
using IdResolution.Core.Access;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Coherence;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Records;
using IdResolution.Core.Templates;
using IdResolution.Testing;

namespace IdResolution.Core.Tests.Access;

/// <summary>What the grants of a partner show of an item.</summary>
[TestFixture]
public sealed class PartnerSightTests
{
    private static readonly string[] s_templates = ["cell", "stack"];
    private static readonly string[] s_words = ["a", "b", "c"];

    private ManualTime _time = null!;

    [SetUp]
    public void SetClock() => _time = new ManualTime(new DateTimeOffset(2026, 3, 1, 8, 0, 0, TimeSpan.Zero));

    [Test]
    public void Of_AnyGrantsAndItem_IsTheUnionOfThoseThatCoverIt([Range(1, 200)] int seed)
    {
        var random = new Random(seed);
        var grants = Enumerable.Range(0, random.Next(0, 8)).Select(i => Any(random, i)).ToArray();
        var (template, maker, tags) = (Pick(random, s_templates), Pick(random, s_words), Some(random, s_words));

        var view = new PartnerSight(grants, _time).Of(State(template, maker, tags));

        var covering = grants.Where(g =>
            g.HoldsAt(_time.GetUtcNow())
            && (g.Templates.Count == 0 || g.Templates.Contains(template))
            && g.Where.All(c => c.Attribute == "maker" ? c.Values.Contains(maker) : c.Values.Intersect(tags).Any())
        );
        if (!covering.Any())
        {
            Assert.That(view, Is.Null);
            return;
        }
        foreach (var visibility in Enum.GetValues<Visibility>())
        {
            foreach (var code in s_words)
            {
                var attribute = new AttributeDefinition { Code = code, Visibility = visibility };
                Assert.That(
                    view!.Projection.Shows(attribute),
                    Is.EqualTo(
                        covering.Any(g => visibility >= g.Fields.Visibility || g.Fields.Attributes.Contains(code))
                    ),
                    $"{code} {visibility}"
                );
            }
        }
        Assert.That(
            view!.Projection.ShowsBusinessKey,
            Is.EqualTo(covering.Any(g => g.Fields.Visibility == Visibility.Private))
        );
        Assert.That(view.Events, Is.EquivalentTo(covering.SelectMany(g => g.Fields.Events).Distinct()));
    }

    [Test]
    public void Projection_OfEqualRules_IsTheSameObject()
    {
        var one = Projection.Of(Visibility.Partner, ["a", "b", "a"]);

        Assert.That(Projection.Of(Visibility.Partner, ["b", "a"]), Is.SameAs(one));
        Assert.That(Projection.Of(Visibility.Partner, ["a", "c"]).Id, Is.Not.EqualTo(one.Id));
        Assert.That(Projection.Of(Visibility.Public, ["b", "a"]).Id, Is.Not.EqualTo(one.Id));
        Assert.That(Projection.Of(Visibility.Partner, []), Is.SameAs(Projection.Partner));
        Assert.That(Projection.Of(Visibility.Public, []), Is.SameAs(Projection.Public));
        Assert.That(Projection.Of(Visibility.Private, ["a"]), Is.SameAs(Projection.Full));
    }

    [Test]
    public void CachedDecision_WhenAGrantBeginsAndEnds_IsMadeAnew()
    {
        var now = _time.GetUtcNow();
        var grant = Grant("g1") with { From = now.AddHours(1), Until = now.AddHours(2) };
        var (sight, entry) = (new PartnerSight([grant], _time), Entry(State("cell", "a", [])));

        Assert.That(entry.Seen(sight), Is.Null);
        _time.Advance(TimeSpan.FromHours(1));
        var seen = entry.Seen(sight);
        Assert.That(seen?.Projection, Is.SameAs(Projection.Public));
        Assert.That(entry.Seen(sight), Is.SameAs(seen));
        _time.Advance(TimeSpan.FromHours(1));
        Assert.That(entry.Seen(sight), Is.Null);
    }

    [Test]
    public void CachedEntry_SeenByManyPartners_AnswersEachAndKeepsABoundedNumber()
    {
        var entry = Entry(State("cell", "a", []));
        var before = entry.Bytes;

        foreach (var round in Enumerable.Range(0, 3))
        {
            foreach (var i in Enumerable.Range(0, 200))
            {
                var grant = Grant($"g{i}") with { Fields = new GrantFields { Attributes = [$"x{i}"] } };
                var view = entry.Seen(new PartnerSight([grant], _time))!;
                entry[view.Projection, RenderingForm.Json] = new Rendering(new byte[10], "tag", round);
            }
        }

        Assert.That(entry.Bytes - before, Is.LessThan(10_000));
    }

    private static Grant Any(Random random, int number)
    {
        var start = new DateTimeOffset(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);
        return Grant($"g{number}") with
        {
            Templates = Some(random, s_templates),
            Where =
            [
                .. random.Next(2) == 0 ? [] : new[] { new GrantCondition("maker", Some(random, s_words)) },
                .. random.Next(2) == 0 ? [] : new[] { new GrantCondition("tags", Some(random, s_words)) },
            ],
            From = random.Next(3) == 0 ? start.AddHours(random.Next(-2, 2)) : null,
            Until = random.Next(3) == 0 ? start.AddHours(random.Next(-2, 2)) : null,
            Fields = new GrantFields
            {
                Attributes = Some(random, s_words),
                Visibility = (Visibility)random.Next(3),
                Events = Some(random, s_words),
            },
        };
    }

    private static Grant Grant(string id) =>
        new()
        {
            Id = id,
            Partner = "p",
            Fields = new GrantFields(),
            Purpose = "test",
            CreatedAt = DateTimeOffset.UnixEpoch,
        };

    private static string Pick(Random random, string[] from) => from[random.Next(from.Length)];

    private static string[] Some(Random random, string[] from) => [.. from.Where(_ => random.Next(2) == 0)];

    private static byte[] State(string template, string maker, string[] tags)
    {
        var state = new StateWriter();
        state.Add("m:identifier", "88.300.1/1");
        state.Add("m:template", template + "/2");
        state.Add("a:maker", maker);
        state.Add("a:tags", JsonSerializer.Serialize(tags), StateForm.Json);
        return state.ToState();
    }

    private static CachedRecord Entry(byte[] state)
    {
        var key = LookupKey.Of("88.300.1/1");
        var record = new StoredRecord
        {
            Key = key,
            Object = 1,
            Version = 1,
            Status = RecordStatus.Active,
            Digest = new byte[32],
            State = state,
            CreatedAt = 0,
            UpdatedAt = 0,
            Sequence = 1,
        };
        return new CachedRecord(key, record, 1, 0, null);
    }
}
