using System.Diagnostics.CodeAnalysis;
using System.Reflection;

namespace IdResolution.Server.Tests.Traceability;

/// <summary>A store before whose writes, or another method, something else happens.</summary>
[SuppressMessage("Performance", "CA1852:Seal internal types", Justification = "The proxy derives from it.")]
public class BeforeWrite : DispatchProxy
{
    private object _store = null!;
    private Action _before = null!;
    private string _method = null!;

    /// <summary>The store as it is, but that something is done before each call of a method.</summary>
    internal static T Of<T>(T store, Func<Task> before, string method = "WriteAsync")
        where T : class
    {
        var proxy = Create<T, BeforeWrite>();
        ((BeforeWrite)(object)proxy)._store = store;
        ((BeforeWrite)(object)proxy)._method = method;
        ((BeforeWrite)(object)proxy)._before = () => before().GetAwaiter().GetResult();
        return proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        if (targetMethod!.Name == _method)
        {
            _before();
        }
        return targetMethod.Invoke(_store, args);
    }
}
