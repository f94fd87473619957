using IdResolution.Core.ChangeLog;

namespace IdResolution.Core.Documents;

/// <summary>
/// An object that is not a record (template, category, coding rule, key, prefix), as a JSON document.
/// </summary>
/// <param name="Kind">The kind of object.</param>
/// <param name="Code">The code, unique within the kind, such as <c>mea-batch/2</c> or <c>rule:mea</c>.</param>
/// <param name="Object">The object number in the log.</param>
/// <param name="Version">The version number, 1 or more.</param>
/// <param name="Sequence">The sequence number of the log entry that made this version.</param>
/// <param name="Json">The document as JSON text.</param>
public sealed record Document(LogKind Kind, string Code, long Object, long Version, long Sequence, string Json);
