using IdResolution.Core.Catalog;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Records;

namespace IdResolution.Core.Traceability;

/// <summary>
/// Says which identifiers of an event are not registered and have check characters that do not fit. The event is taken
/// all the same: what it names may be registered later. Thread-safe.
/// </summary>
public sealed class MistypedThings(CatalogHolder catalog, IRecordStore records)
{
    // Each costs up to nine looks into the store.
    private const int MostDoubtful = 10;

    /// <summary>The findings of an event: of its first ten such identifiers, each once.</summary>
    internal async ValueTask<IReadOnlyList<EventFinding>> FindAsync(
        EventContent content,
        CancellationToken cancellationToken
    )
    {
        if (DoubtfulOf(content) is not { } doubtful)
        {
            return [];
        }
        var findings = new List<EventFinding>(doubtful.Count);
        foreach (var identifier in doubtful)
        {
            if ((await records.FindAsync(identifier.Key, cancellationToken)).Record is null)
            {
                var error = await AbsentIdentifier.ErrorAsync(identifier, catalog.Current, records, cancellationToken);
                findings.Add(new EventFinding(EventFinding.Mistyped, error.Message));
            }
        }
        return findings;
    }

    /// <summary>Those whose check characters do not fit, without asking the store; null for none.</summary>
    private List<Identifier>? DoubtfulOf(EventContent content)
    {
        List<Identifier>? doubtful = null;
        Look(content.Inputs, ref doubtful);
        Look(content.Outputs, ref doubtful);
        Look(content.Children, ref doubtful);
        Look(content.Items, ref doubtful);
        Look(content.Equipment, ref doubtful);
        Look(content.Tools, ref doubtful);
        Look(content.Persons, ref doubtful);
        Look(content.Documents, ref doubtful);
        Look(content.Parent, ref doubtful);
        Look(content.Place, ref doubtful);
        Look(content.Process, ref doubtful);
        Look(content.Step, ref doubtful);
        return doubtful;
    }

    private void Look(IReadOnlyList<EventThing> things, ref List<Identifier>? doubtful)
    {
        for (var i = 0; i < things.Count; i++)
        {
            Look(things[i], ref doubtful);
        }
    }

    private void Look(EventThing? thing, ref List<Identifier>? doubtful)
    {
        if (
            thing?.Identifier is { } identifier
            && (doubtful?.Count ?? 0) < MostDoubtful
            && catalog.Current.IsHomed(identifier)
            && Misreading.IsLikelyOf(identifier, catalog.Current)
            && doubtful?.Exists(other => other.Key.Equals(identifier.Key)) != true
        )
        {
            (doubtful ??= []).Add(identifier);
        }
    }
}
