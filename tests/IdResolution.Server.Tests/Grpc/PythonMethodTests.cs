using IdResolution.Testing;

namespace IdResolution.Server.Tests.Grpc;

/// <summary>With <c>grpcio</c>.</summary>
[TestFixture]
[Category(Lane.Process)]
public sealed class PythonMethodTests() : MethodTests("python", TookCase)
{
    // Not with @grpc/grpc-js: as soon as a call ends with an error it drops the messages it has received and not yet
    // handed on, so that it cannot count the last answers of a busy stream.
    private const string TookCase = "stopping_node_answers_what_it_took";

    [Test]
    public void StoppingNode_BusyStream_AnswersWhatItTook() => Check(TookCase);
}
