using IdResolution.Core.ChangeLog;

namespace IdResolution.Core.Records;

/// <summary>Writes the content of a record as the state of a version (<c>docs/log-format.md</c>).</summary>
internal static class StateEncoder
{
    public static byte[] Encode(
        RecordContent content,
        string identifier,
        RecordStatus status,
        string? source,
        string? sourceKey
    )
    {
        var state = new StateWriter();
        state.Add(StateCodes.Identifier, identifier);
        if (content.Template is not null)
        {
            state.Add(StateCodes.Template, content.Template.Reference);
        }
        state.Add(StateCodes.Status, status == RecordStatus.Active ? "active"u8 : "revoked"u8);
        if (source is not null)
        {
            state.Add(StateCodes.Source, source);
        }
        if (sourceKey is not null)
        {
            state.Add(StateCodes.SourceKey, sourceKey);
        }
        for (var i = 0; i < content.Attributes.Length; i++)
        {
            if (content.Attributes[i] is { } value)
            {
                state.Add(content.Template!.StateCodes[i], value);
            }
        }
        foreach (var value in content.Values)
        {
            state.Add(StateCodes.ValuePrefix + value.Index, value.Encode());
        }
        return state.ToState();
    }
}
