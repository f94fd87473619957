namespace Grpc.Core;

/// <summary>Says which static method binds a service; on the base class that the service derives from.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = false)]
public class BindServiceMethodAttribute : Attribute
{
    /// <summary>Makes the attribute.</summary>
    /// <param name="bindType">The type with the method.</param>
    /// <param name="bindMethodName">The method: static, taking a <see cref="ServiceBinderBase" /> and the service.</param>
    public BindServiceMethodAttribute(Type bindType, string bindMethodName)
    {
        BindType = bindType;
        BindMethodName = bindMethodName;
    }

    /// <summary>The type with the method.</summary>
    public Type BindType { get; }

    /// <summary>The method.</summary>
    public string BindMethodName { get; }
}
