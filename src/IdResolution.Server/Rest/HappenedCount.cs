using System.Text.Json;
using IdResolution.Core.Errors;
using IdResolution.Core.Traceability;

namespace IdResolution.Server.Rest;

/// <summary>
/// Counts the links and events of the registrations of one call, and the elements of these events, before any of them
/// is read.
/// </summary>
internal sealed class HappenedCount
{
    private int _happened;
    private int _elements;

    /// <summary>Adds a registration. The error names the member by which the call has too many.</summary>
    /// <param name="registration">The registration, in whatever form.</param>
    /// <param name="at">Where it stands in the call, with a dot at the end; empty for the call's body.</param>
    public Error? Add(JsonElement registration, string at)
    {
        if (registration.ValueKind != JsonValueKind.Object)
        {
            return null;
        }
        foreach (var member in registration.EnumerateObject())
        {
            if (member.Name is not ("links" or "events"))
            {
                continue;
            }
            var isList = member.Value.ValueKind == JsonValueKind.Array;
            _happened += isList ? member.Value.GetArrayLength() : 1;
            if (_happened > ItemRegistrar.MaxOfCall)
            {
                return RegistrationEventErrors.TooMany(ItemRegistrar.MaxOfCall) with { Field = at + member.Name };
            }
            _elements += isList
                ? member.Value.EnumerateArray().Sum(EventBody.ElementsOf)
                : EventBody.ElementsOf(member.Value);
            if (_elements > EventRules.MaxBatchElements)
            {
                return EventErrors.BatchTooLarge() with { Field = at + member.Name };
            }
        }
        return null;
    }
}
