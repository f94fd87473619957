namespace IdResolution.Core.Upstream;

/// <summary>How much of the records of a template goes up to the secondary node.</summary>
public enum UpstreamShare
{
    /// <summary>The identifier alone: that it is there, and its template.</summary>
    Identifier,

    /// <summary>Nothing. Not even the identifier is known there.</summary>
    Nothing,

    /// <summary>The identifier, and the attributes whose visibility is public.</summary>
    Public,

    /// <summary>The identifier, and all attributes.</summary>
    All,
}
