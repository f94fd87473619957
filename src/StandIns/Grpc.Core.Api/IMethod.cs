namespace Grpc.Core;

/// <summary>A method of a service, whatever its messages are.</summary>
public interface IMethod
{
    /// <summary>The shape of the method.</summary>
    MethodType Type { get; }

    /// <summary>The service, with its package.</summary>
    string ServiceName { get; }

    /// <summary>The method without its service.</summary>
    string Name { get; }

    /// <summary>The path of the method: <c>/service/method</c>.</summary>
    string FullName { get; }
}
