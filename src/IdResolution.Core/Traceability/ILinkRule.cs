namespace IdResolution.Core.Traceability;

/// <summary>One thing that templates may say of what their items are made from. Thread-safe.</summary>
internal interface ILinkRule
{
    /// <summary>Adds what is against the links of an event.</summary>
    ValueTask JudgeAsync(LinkCase judged, LinkVerdict verdict, CancellationToken cancellationToken);
}
