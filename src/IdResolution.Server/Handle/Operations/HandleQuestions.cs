using IdResolution.Core.Handles;
using IdResolution.Core.Records;
using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Values;
using IdResolution.Server.Codec;

namespace IdResolution.Server.Handle.Operations;

/// <summary>Converts between questions and answers of the core and the terms of the protocol.</summary>
internal static class HandleQuestions
{
    /// <summary>A filter for values by index and type. Null, for all values, if neither is named.</summary>
    public static Func<RawValue, bool>? Wanted(IReadOnlyList<int> indexes, IReadOnlyList<string> types) =>
        indexes.Count == 0 && types.Count == 0
            ? null
            : value => ValueFilter.Wants(value.Index, value.Type, indexes, types);

    public static ResponseCode CodeOf(HandleAnswer answer) =>
        answer switch
        {
            { Error: { } error } => Refusal.Of(error).Code,
            { Referral.IsOfAncestor: true } => ResponseCode.PrefixReferral,
            { Referral: not null } => ResponseCode.ServiceReferral,
            _ => ResponseCode.Success,
        };

    /// <summary>The values of an answer in the form of the codec.</summary>
    public static HandleValue[] ToHandleValues(this HandleAnswer answer) =>
        [.. answer.Values.Select(v => v.ToHandleValue(answer.UpdatedAt))];
}
