using IdResolution.HandleProtocol.Values;

namespace IdResolution.HandleProtocol.Client;

/// <summary>Judges whether the values of a handle are what their owner signed.</summary>
public interface IValueVerifier
{
    /// <summary>Null where the values may be believed, else a sentence that says why not.</summary>
    /// <param name="handle">The handle.</param>
    /// <param name="values">All its public values.</param>
    /// <param name="resolve">
    /// Resolves another handle, such as that of a key, without verifying it; null where it cannot be.
    /// </param>
    /// <param name="cancel">Gives up.</param>
    ValueTask<string?> VerifyAsync(
        string handle,
        IReadOnlyList<HandleValue> values,
        Func<string, Task<IReadOnlyList<HandleValue>?>> resolve,
        CancellationToken cancel
    );
}
