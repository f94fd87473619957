using IdResolution.Core.ChangeLog;
using IdResolution.Core.Documents;
using IdResolution.Testing;

namespace IdResolution.Storage.Tests.Contracts;

/// <summary>Writes of documents as the core hands them to a store.</summary>
internal static class Documents
{
    public static DocumentWrite Write(LogKind kind, string code, string json, long expectedVersion = 0)
    {
        var state = new StateWriter();
        state.Add(StateCodes.Document, json);
        var bytes = state.ToState();
        return new DocumentWrite
        {
            Kind = kind,
            Code = code,
            ExpectedVersion = expectedVersion,
            Operation = expectedVersion == 0 ? LogOperation.Create : LogOperation.Update,
            Json = json,
            State = bytes,
            Commitments = Commitments.Of(bytes),
            Actor = 0,
            Time = RecordWrites.Time,
        };
    }
}
