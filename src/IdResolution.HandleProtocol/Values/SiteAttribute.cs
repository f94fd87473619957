namespace IdResolution.HandleProtocol.Values;

/// <summary>A name and text that describe a site.</summary>
/// <param name="Name"><c>desc</c>, <c>alt_addr.N</c>, <c>domain</c>, <c>path</c> and others.</param>
/// <param name="Value">Text.</param>
public sealed record SiteAttribute(string Name, string Value);
