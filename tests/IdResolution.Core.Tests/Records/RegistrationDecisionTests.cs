using IdResolution.Core.Identifiers;
using IdResolution.Core.Records;
using IdResolution.Testing;

namespace IdResolution.Core.Tests.Records;

[TestFixture]
public sealed class RegistrationDecisionTests
{
    private static readonly byte[] s_same = [1];
    private static readonly byte[] s_other = [2];

    // Without a record under either: always new.
    [Test]
    public void For_NothingThere_IsCreated([Values] bool generated, [Values] bool reinstate, [Values] bool withKey) =>
        Assert.That(
            RegistrationDecision.For(Write(generated, reinstate, withKey), null, null),
            Is.EqualTo((WriteOutcome.Created, (StoredRecord?)null))
        );

    [TestCase(true, false, false, ExpectedResult = WriteOutcome.Same)]
    [TestCase(true, false, true, ExpectedResult = WriteOutcome.Same)]
    [TestCase(true, true, false, ExpectedResult = WriteOutcome.Revoked)]
    [TestCase(true, true, true, ExpectedResult = WriteOutcome.Reinstated)]
    [TestCase(false, false, false, ExpectedResult = WriteOutcome.KeyTaken)]
    [TestCase(false, false, true, ExpectedResult = WriteOutcome.KeyTaken)]
    [TestCase(false, true, false, ExpectedResult = WriteOutcome.KeyTaken)]
    [TestCase(false, true, true, ExpectedResult = WriteOutcome.Reinstated)]
    public WriteOutcome For_KeyBound(bool sameDigest, bool revoked, bool reinstate)
    {
        var holder = Existing("88/A", sameDigest, revoked);
        var outcomes = new[] { true, false }
            .Select(generated => RegistrationDecision.For(Write(generated, reinstate, withKey: true), holder, null))
            .ToList();

        Assert.That(outcomes.Select(o => o.Record), Is.All.SameAs(holder));
        Assert.That(outcomes[0].Outcome, Is.EqualTo(outcomes[1].Outcome), "whoever gave the identifier");
        return outcomes[0].Outcome;
    }

    [TestCase(false)]
    [TestCase(true)]
    public void For_KeyBoundToAnotherIdentifier_IsTakenAndNotReinstated(bool reinstate)
    {
        var holder = Existing("88/B", sameDigest: false, revoked: true);

        Assert.That(
            RegistrationDecision.For(Write(generated: false, reinstate, withKey: true), holder, null).Outcome,
            Is.EqualTo(WriteOutcome.KeyTaken)
        );
        Assert.That(
            RegistrationDecision
                .For(Write(generated: false, reinstate, withKey: true), holder, Existing("88/A", true, false))
                .Record,
            Is.SameAs(holder),
            "the key is asked first"
        );
    }

    [TestCase(true, false, false, ExpectedResult = WriteOutcome.Same)]
    [TestCase(true, false, true, ExpectedResult = WriteOutcome.Same)]
    [TestCase(true, true, false, ExpectedResult = WriteOutcome.Revoked)]
    [TestCase(true, true, true, ExpectedResult = WriteOutcome.Reinstated)]
    [TestCase(false, false, false, ExpectedResult = WriteOutcome.IdentifierTaken)]
    [TestCase(false, false, true, ExpectedResult = WriteOutcome.IdentifierTaken)]
    [TestCase(false, true, false, ExpectedResult = WriteOutcome.IdentifierTaken)]
    [TestCase(false, true, true, ExpectedResult = WriteOutcome.Reinstated)]
    public WriteOutcome For_IdentifierRegisteredWithoutKey(bool sameDigest, bool revoked, bool reinstate)
    {
        var existing = Existing("88/A", sameDigest, revoked);
        var (outcome, record) = RegistrationDecision.For(
            Write(generated: false, reinstate, withKey: false),
            null,
            existing
        );

        Assert.That(record, Is.SameAs(existing));
        return outcome;
    }

    // The same identifier under another key, and a number of a sequence that someone took by hand.
    [Test]
    public void For_IdentifierUnderAnotherKeyOrGenerated_IsTaken(
        [Values] bool sameDigest,
        [Values] bool revoked,
        [Values] bool reinstate
    )
    {
        var existing = Existing("88/A", sameDigest, revoked);

        Assert.Multiple(() =>
        {
            Assert.That(
                RegistrationDecision.For(Write(generated: false, reinstate, withKey: true), null, existing),
                Is.EqualTo((WriteOutcome.IdentifierTaken, existing))
            );
            Assert.That(
                RegistrationDecision.For(Write(generated: true, reinstate, withKey: false), null, existing),
                Is.EqualTo((WriteOutcome.IdentifierTaken, existing))
            );
            Assert.That(
                RegistrationDecision.For(Write(generated: true, reinstate, withKey: true), null, existing),
                Is.EqualTo((WriteOutcome.IdentifierTaken, existing))
            );
        });
    }

    private static RegisterRecord Write(bool generated, bool reinstate, bool withKey) =>
        new()
        {
            Key = LookupKey.Of("88/A"),
            Generated = generated,
            Reinstate = reinstate,
            FirstKey = withKey ? [RecordWrites.Key("mes", "1")] : [],
            Digest = s_same,
            State = [],
            Commitments = [],
            Actor = 0,
            Time = 0,
        };

    private static StoredRecord Existing(string identifier, bool sameDigest, bool revoked) =>
        new()
        {
            Object = 1,
            Key = LookupKey.Of(identifier),
            Version = 1,
            Sequence = 1,
            Status = revoked ? RecordStatus.Revoked : RecordStatus.Active,
            Digest = sameDigest ? s_same : s_other,
            CreatedAt = 0,
            UpdatedAt = 0,
            State = [],
        };
}
