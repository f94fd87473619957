namespace IdResolution.Core.Traceability;

/// <summary>One rule for the use of items. Rules are asked in order, and all of their reasons are told.</summary>
internal interface IIntentRule
{
    /// <summary>Adds what is against it, if anything is.</summary>
    ValueTask JudgeAsync(IntentCase judged, List<IntentReason> reasons, CancellationToken cancellationToken);
}
