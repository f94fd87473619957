using IdResolution.Core.Templates;

namespace IdResolution.Core.ChangeLog;

/// <summary>The codes of the entries in a state. They are part of the log format.</summary>
public static class StateCodes
{
    /// <summary>The entry with the identifier in the spelling given.</summary>
    public const string Identifier = "m:identifier";

    /// <summary>The entry with the template's <c>code/version</c>.</summary>
    public const string Template = "m:template";

    /// <summary>The entry with the status, <c>active</c> or <c>revoked</c>.</summary>
    public const string Status = "m:status";

    /// <summary>The entry which says that no key is the first one any more: <c>further</c>.</summary>
    public const string Keys = "m:keys";

    /// <summary>The start of the code of the keys of a source, a list; the source follows.</summary>
    public const string KeyPrefix = "k:";

    /// <summary>The entry with the JSON document of an object that is not a record.</summary>
    public const string Document = "m:document";

    /// <summary>The start of the code of an attribute; the attribute's own code follows.</summary>
    public const string AttributePrefix = AttributeDefinition.StatePrefix;

    /// <summary>The start of the code of a raw value; the index follows in decimal.</summary>
    public const string ValuePrefix = "v:";
}
