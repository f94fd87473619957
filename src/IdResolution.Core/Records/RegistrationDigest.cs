using IdResolution.Core.Identifiers;
using IdResolution.Core.Primitives;

namespace IdResolution.Core.Records;

/// <summary>Recognises a registration when it comes again.</summary>
internal static class RegistrationDigest
{
    /// <summary>
    /// The digest of template code, identifier if given (folded), attributes by code and raw values by index, each
    /// preceded by its length. The template's version is not part of it.
    /// </summary>
    public static byte[] Of(RecordContent content, NodeSecrets secrets, LookupKey? givenIdentifier)
    {
        var form = DigestInput.New();
        form.Add(content.Template?.Code ?? "");
        form.Add(givenIdentifier?.Bytes);
        if (content.Template is not null)
        {
            foreach (var position in content.Template.PositionsByCode)
            {
                if (content.Attributes[position] is { } value)
                {
                    form.Add(content.Template.Attributes[position].Code);
                    form.Add(value);
                }
            }
        }
        form.Add([]);
        foreach (var value in content.Values)
        {
            form.AddNumber(value.Index);
            form.Add(value.Encode());
        }
        return secrets.Digest(form.Bytes);
    }
}
