namespace Grpc.Core;

/// <summary>The stream of responses that a server writes; it ends with the method.</summary>
/// <typeparam name="T">The responses.</typeparam>
public interface IServerStreamWriter<in T> : IAsyncStreamWriter<T>
{
}
