using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Records;
using IdResolution.Core.Templates;

namespace IdResolution.Core.Registration;

/// <summary>Checks items as far as that goes without the store.</summary>
internal static class RegistrationCheck
{
    /// <summary>Checks an item as far as possible without the store, and reports every fault.</summary>
    public static Result<CheckedItem> Of(RegistrationRequest request, Caller caller, NodeCatalog known)
    {
        var item = CheckRead(request, caller, known);
        return request.Misread is null ? item : Faults.Join(request.Misread, item.Error)!;
    }

    /// <summary>The faults of an item and of its events together. A caller who may not is told that alone.</summary>
    public static Result<CheckedItem> Both(Result<CheckedItem> item, Error? ofEvents)
    {
        if (ofEvents is null || item.Error is { Code: ErrorCode.Forbidden })
        {
            return item;
        }
        if (item.IsOk || ofEvents.Code == ErrorCode.Forbidden)
        {
            return ofEvents;
        }
        var faults = new Faults();
        faults.Add(item.Error);
        faults.Add(ofEvents);
        return faults.TryCombine(out var all) ? all : item;
    }

    private static Result<CheckedItem> CheckRead(RegistrationRequest request, Caller caller, NodeCatalog known)
    {
        var faults = new Faults();
        BusinessKeyRules.Check(request, faults);
        Identifier? identifier = null;
        if (
            request.Identifier is not null
            && !IdentifierGiver
                .Parse(request.Identifier, known, isNew: !request.Reinstate)
                .TryGet(out identifier, out var identifierError)
        )
        {
            faults.Add(identifierError);
        }
        if (Misreads(request, "template"))
        {
            // What else is needed hangs on the template.
            return faults.TryCombine(out var sofar) ? sofar : request.Misread!;
        }
        var found = FindTemplate(request, caller, known);
        if (!found.IsOk)
        {
            faults.Add(found.Error);
            faults.TryCombine(out var all);
            return all!;
        }
        var content = RecordValidator.Check(found.Value, request.Attributes, request.Values);
        if (!content.IsOk)
        {
            faults.Add(content.Error);
        }
        if (faults.TryCombine(out var faulty))
        {
            return faulty;
        }
        return Permitted(request, identifier, content.Value, caller, known);
    }

    /// <summary>An item without faults, if the caller may register it.</summary>
    private static Result<CheckedItem> Permitted(
        RegistrationRequest request,
        Identifier? identifier,
        RecordContent content,
        Caller caller,
        NodeCatalog known
    )
    {
        if (request.Values.Count > 0 && AccessPolicy.Granting(caller, request.Values, []) is { } granting)
        {
            return granting;
        }
        if (identifier is not null)
        {
            return AccessPolicy.RequireWriting(caller, identifier) is { } refusal
                ? refusal
                : new CheckedItem(identifier, content, identifier.Prefix.Text);
        }
        if (!IdentifierGiver.PrefixOf(content, known).TryGet(out var prefix, out var noPrefix))
        {
            // A tombstone that comes back by its key has its own identifier.
            return request.Reinstate ? new CheckedItem(null, content, null) : noPrefix;
        }
        return AccessPolicy.RequireReach(caller, prefix) is { } beyond
            ? beyond
            : new CheckedItem(null, content, prefix);
    }

    /// <summary>Finds the template. To a caller who is bound to a prefix there are no templates of others.</summary>
    private static Result<Template?> FindTemplate(RegistrationRequest request, Caller caller, NodeCatalog known)
    {
        if (request.Template is null)
        {
            return request.Values.Count > 0 || Misreads(request, "values")
                ? (Template?)null
                : RegistrationErrors.NoContent();
        }
        if (known.FindLatest(request.Template) is not { } latest || !caller.Shares(latest.Prefix))
        {
            return RegistrationErrors.NoTemplate(request.Template);
        }
        return known.FindPublished(request.Template) is { } template
            ? template
            : RegistrationErrors.NotPublished(request.Template);
    }

    /// <summary>True if a member was given that could not be read.</summary>
    private static bool Misreads(RegistrationRequest request, string member) =>
        request.Misread?.Details.Any(e => e.Field?.StartsWith(member, StringComparison.Ordinal) == true) == true;
}
