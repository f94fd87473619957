using IdResolution.Core.ChangeLog;
using IdResolution.Core.Primitives;

namespace IdResolution.Core.Documents;

/// <summary>A write of a document, checked and encoded.</summary>
public sealed record DocumentWrite
{
    /// <summary>Makes the write of a document, with fresh salts and the present time.</summary>
    /// <param name="kind">The kind of object for the log.</param>
    /// <param name="code">The code, unique within the kind.</param>
    /// <param name="version">The version that it replaces; 0 if the document must be new.</param>
    /// <param name="json">The whole new document.</param>
    /// <param name="actor">Who acts; 0 for the node and the command line.</param>
    /// <param name="time">Gives the time of the write.</param>
    public static DocumentWrite Of(LogKind kind, string code, long version, string json, long actor, TimeProvider time)
    {
        var writer = new StateWriter();
        writer.Add(StateCodes.Document, json);
        var state = writer.ToState();
        return new DocumentWrite
        {
            Kind = kind,
            Code = code,
            ExpectedVersion = version,
            Operation = version == 0 ? LogOperation.Create : LogOperation.Update,
            Json = json,
            State = state,
            Commitments = ChangeLog.Commitments.Of(state),
            Actor = actor,
            Time = Micros.Now(time),
        };
    }

    /// <summary>The kind of object for the log.</summary>
    public required LogKind Kind { get; init; }

    /// <summary>The code, unique within the kind.</summary>
    public required string Code { get; init; }

    /// <summary>The version that the write replaces; 0 if the document must be new.</summary>
    public required long ExpectedVersion { get; init; }

    /// <summary>Create or update.</summary>
    public required LogOperation Operation { get; init; }

    /// <summary>The whole new document as JSON text.</summary>
    public required string Json { get; init; }

    /// <summary>The state of the new version: the document as one salted value.</summary>
    public required byte[] State { get; init; }

    /// <summary>The commitments to the values of the state, sorted.</summary>
    public required byte[] Commitments { get; init; }

    /// <summary>The object number of the key or record that acts; 0 for the node and the command line.</summary>
    public required long Actor { get; init; }

    /// <summary>The time of the write, in microseconds since 1970 UTC.</summary>
    public required long Time { get; init; }
}
