using IdResolution.Core.Templates;

namespace IdResolution.Core.ChangeLog;

/// <summary>The codes of state entries; part of the log format.</summary>
public static class StateCodes
{
    /// <summary>The identifier in the spelling given.</summary>
    public const string Identifier = "m:identifier";

    /// <summary><c>code/version</c> of the template.</summary>
    public const string Template = "m:template";

    /// <summary><c>active</c> or <c>revoked</c>.</summary>
    public const string Status = "m:status";

    /// <summary>The source of the business key.</summary>
    public const string Source = "m:source";

    /// <summary>The business key within its source.</summary>
    public const string SourceKey = "m:sourceKey";

    /// <summary>The JSON document of an object that is not a record.</summary>
    public const string Document = "m:document";

    /// <summary>Before an attribute's code.</summary>
    public const string AttributePrefix = AttributeDefinition.StatePrefix;

    /// <summary>Before a raw value's index.</summary>
    public const string ValuePrefix = "v:";
}
