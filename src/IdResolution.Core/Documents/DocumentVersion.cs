using System.Text;
using IdResolution.Core.ChangeLog;

namespace IdResolution.Core.Documents;

/// <summary>A version that a document has or had.</summary>
/// <param name="Sequence">The sequence number of the log entry that made it.</param>
/// <param name="Body">The operation, the version number, the time and the actor.</param>
/// <param name="Json">The document as JSON text.</param>
public sealed record DocumentVersion(long Sequence, LogBody Body, string Json)
{
    /// <summary>The document in the state of a version; null if it has none.</summary>
    /// <exception cref="InvalidDataException">The state cannot be read.</exception>
    public static string? JsonIn(ReadOnlySpan<byte> state)
    {
        var reader = new StateReader(state);
        while (reader.Read())
        {
            if (reader.Code.SequenceEqual("m:document"u8))
            {
                return Encoding.UTF8.GetString(reader.Value);
            }
        }
        return null;
    }
}
