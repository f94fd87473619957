namespace IdResolution.Core.Primitives;

/// <summary>The languages the node answers people in.</summary>
public enum Language
{
    /// <summary>English, the default.</summary>
    English,

    /// <summary>Chinese (simplified).</summary>
    Chinese,
}
