using IdResolution.Core.ChangeLog;

namespace IdResolution.Core.Documents;

/// <summary>
/// An object of the node that is not a record (template, category, coding rule, key, prefix), as a JSON document.
/// </summary>
/// <param name="Kind">Its kind in the log.</param>
/// <param name="Code">Unique within its kind, such as <c>mea-batch/2</c>, <c>rule:mea</c>.</param>
/// <param name="Object">The object number in the log.</param>
/// <param name="Version">1 and up.</param>
/// <param name="Sequence">The log entry that made this version.</param>
/// <param name="Json">The document.</param>
public sealed record Document(LogKind Kind, string Code, long Object, long Version, long Sequence, string Json);
