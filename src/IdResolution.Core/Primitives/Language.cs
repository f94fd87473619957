namespace IdResolution.Core.Primitives;

/// <summary>The languages in which the node answers people.</summary>
public enum Language
{
    /// <summary>English, the default.</summary>
    English,

    /// <summary>Chinese (simplified).</summary>
    Chinese,
}
