using IdResolution.HandleProtocol.Values;

namespace IdResolution.HandleProtocol.Client;

/// <summary>Checks that the values of a handle are those that their owner signed.</summary>
public interface IValueVerifier
{
    /// <summary>Returns null if the values can be trusted, otherwise a sentence that says why not.</summary>
    /// <param name="handle">The handle that has the values.</param>
    /// <param name="values">All public values of the handle.</param>
    /// <param name="resolve">
    /// Resolves another handle, such as that of a key, without checking it; null if it cannot be resolved.
    /// </param>
    /// <param name="cancel">Cancels the call.</param>
    ValueTask<string?> VerifyAsync(
        string handle,
        IReadOnlyList<HandleValue> values,
        Func<string, Task<IReadOnlyList<HandleValue>?>> resolve,
        CancellationToken cancel
    );
}
