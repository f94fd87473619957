namespace Grpc.Core;

/// <summary>The methods of a service and their implementations; cannot be changed.</summary>
public partial class ServerServiceDefinition
{
    private readonly IReadOnlyList<Action<ServiceBinderBase>> _methods;

    private ServerServiceDefinition(IReadOnlyList<Action<ServiceBinderBase>> methods) => _methods = methods;

    /// <summary>Makes a builder without methods.</summary>
    public static Builder CreateBuilder() => new();

    /// <summary>Hands the methods to a binder, in the order in which they were added.</summary>
    internal void BindService(ServiceBinderBase serviceBinder)
    {
        foreach (var bind in _methods)
        {
            bind(serviceBinder);
        }
    }
}
