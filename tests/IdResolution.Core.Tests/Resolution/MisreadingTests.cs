using IdResolution.Core.Catalog;
using IdResolution.Core.CodingRules;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Records;
using IdResolution.Core.Registration;
using IdResolution.Core.Templates;
using IdResolution.Testing;

namespace IdResolution.Core.Tests.Resolution;

/// <summary>What check characters tell of what is not registered, and rules that skip look-alikes.</summary>
[TestFixture]
public sealed class MisreadingTests
{
    private const string P = CoreFixture.HomedPrefix;

    private CoreFixture _node = null!;

    [SetUp]
    public async Task BeginAsync()
    {
        _node = await CoreFixture.CreateAsync();
        await SaveAsync(new CodingRule { Code = "lot", Pattern = "LOT-{date:yyMMdd}-{seq:4}{check}" });
        await SaveAsync(new CodingRule { Code = "any", Pattern = "{attr:line}{check}" });
    }

    [TearDown]
    public void End() => _node.Dispose();

    [Test]
    public void Candidates_OneLookAlikeOrOneSwap_HoldTheOneThatIsMeant()
    {
        var meant = Given(1852);
        for (var i = 0; i < meant.Length; i++)
        {
            if (LookAlikes.Other(meant[i]) is { } other)
            {
                var misread = $"{meant[..i]}{other}{meant[(i + 1)..]}";
                Assert.That(Of(misread).Candidates(), Does.Contain(meant), misread);
                Assert.That(Of(misread.ToLowerInvariant()).IsLikely, Is.True, misread);
            }
            if (i > 0 && meant[i] != meant[i - 1])
            {
                var swapped = $"{meant[..(i - 1)]}{meant[i]}{meant[i - 1]}{meant[(i + 1)..]}";
                Assert.That(Of(swapped).Candidates(), Does.Contain(meant), swapped);
            }
        }
        Assert.That(Of(meant.Replace('0', 'O')).Candidates(), Does.Contain(meant), "all of a kind");
    }

    [Test]
    public void IsLikely_OnlyWhereARuleWouldHaveGivenTheIdentifier()
    {
        var right = Given(7);
        var wrong = right[..^1] + (right[^1] == 'A' ? 'B' : 'A');

        Assert.That(Of(wrong).IsLikely, Is.True);
        Assert.That(Of(right).IsLikely, Is.False, "well-formed, and perhaps never registered");
        Assert.That(Of(right).Candidates(), Is.Empty);
        Assert.That(Of("LOT-1").IsLikely, Is.False);
        Assert.That(Of("by hand").IsLikely, Is.False, "any text would look like a rule of attributes alone");
        Assert.That(
            new Misreading(Identifier.Parse($"88.300.2/{wrong}").Value, _node.Catalog.Current).IsLikely,
            Is.False,
            "a rule of another prefix"
        );
    }

    [Test]
    public async Task Rule_New_SkipsNumbersWhoseCheckLooksLikeADigit_OneFromBeforeDoesNot()
    {
        var template = new Template { Code = "new", Attributes = [] };
        await _node.PublishAsync(template, "N-{seq:3}{check}");
        await SaveAsync(
            new CodingRule
            {
                Code = "old",
                Pattern = "N-{seq:3}{check}",
                SkipLookAlikes = false,
            }
        );
        // Saved again without the member, as by a client that does not know it.
        await SaveAsync(new CodingRule { Code = "old", Pattern = "O-{seq:3}{check}" });
        await _node.PublishAsync(template with { Code = "before", CodingRule = "old" });

        var fresh = await RegisterAsync("new", 200);
        var former = await RegisterAsync("before", 200);

        Assert.That(_node.Catalog.Current.Rules["new"].Rule.SkipLookAlikes, Is.True);
        Assert.That(fresh, Has.None.EndsWith("O").And.None.EndsWith("I"));
        Assert.That(fresh, Is.Ordered.And.Unique);
        Assert.That(former, Has.Some.EndsWith("O").And.Some.EndsWith("I"));
        Assert.That(former[^1], Does.StartWith($"{P}/O-200"), "without gaps");
    }

    [TestCase("a\u200Bb", false)]
    [TestCase("ab\uFEFF", false)]
    [TestCase("a\u202Eb", false)]
    [TestCase("a\u2066b", false)]
    [TestCase("a\u00ADb", false)]
    [TestCase("a\u115Fb", false)]
    [TestCase("a\uFE0Fb", false)]
    [TestCase("a\U000E0041b", false)]
    [TestCase("a\uFFFF", false)]
    [TestCase("a\u0378", false)]
    [TestCase("ab ", false)]
    [TestCase(" ab", false)]
    [TestCase("ab\u3000", false)]
    [TestCase("a b", true)]
    [TestCase("钢板1", true)]
    [TestCase("é", true)]
    public async Task Register_WhatNobodySees_IsRefusedInNewIdentifiersOnly(string suffix, bool taken)
    {
        var identifier = Identifier.Parse($"{P}/{suffix}").Value;
        var request = new RegistrationRequest { Identifier = identifier.Text, Values = [Value] };

        var registered = await _node.Registrar.RegisterAsync(request, _node.Mes, default);
        var created = await _node.Values.CreateAsync(identifier, [Value], false, _ => null, _node.Mes, default);
        var back = await _node.Registrar.RegisterAsync(request with { Reinstate = true }, _node.Mes, default);

        Assert.That(registered.IsOk, Is.EqualTo(taken));
        Assert.That(back.IsOk, Is.EqualTo(taken));
        Assert.That(
            created.Error?.Code,
            Is.EqualTo(taken ? Errors.ErrorCode.AlreadyExists : Errors.ErrorCode.InvalidIdentifier)
        );
    }

    [TestCase("a\u200Bb")]
    [TestCase("a\u202Eb")]
    [TestCase("ab ")]
    [TestCase("\u3000")]
    public async Task Register_WhatNobodySeesInAnAttribute_IsRefusedInTheIdentifierThatARuleMakes(string value)
    {
        var template = new Template
        {
            Code = "made",
            Attributes = [new AttributeDefinition { Code = "line", Required = true }],
        };
        await _node.PublishAsync(template, "M-{attr:line}");

        var registered = await _node.Registrar.RegisterAsync(
            new RegistrationRequest { Template = "made", Attributes = [new("line", InputValue.OfText(value))] },
            _node.Mes,
            default
        );

        Assert.That(registered.Error?.Code, Is.EqualTo(Errors.ErrorCode.InvalidIdentifier));
    }

    private static RawValue Value { get; } =
        new()
        {
            Index = 1,
            Type = "URL",
            Data = [],
        };

    private string Given(long number) =>
        CoreFixture.Ok(
            CoreFixture
                .Ok(_node.Catalog.Current.Rules["lot"].Pattern.Begin(P, new(2026, 5, 28, 0, 0, 0, default), _ => null))
                .Complete(number)
        )[(P.Length + 1)..];

    private Reading Of(string suffix) => new(new(Identifier.Parse($"{P}/{suffix}").Value, _node.Catalog.Current));

    private async Task SaveAsync(CodingRule rule) =>
        CoreFixture.Ok(await _node.Rules.SaveAsync(rule, _node.Admin, default));

    private async Task<List<string>> RegisterAsync(string template, int count)
    {
        var items = Enumerable.Repeat(new RegistrationRequest { Template = template }, count).ToList();
        var registered = await _node.Registrar.RegisterAsync(items, _node.Mes, default);
        return [.. registered.Select(item => RecordState.IdentifierOf(CoreFixture.Ok(item).Record))];
    }

    private sealed record Reading(Misreading Misreading)
    {
        public bool IsLikely => Misreading.IsLikely;

        public List<string> Candidates() => [.. Misreading.Candidates().Select(id => id.Suffix)];
    }
}
