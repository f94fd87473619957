using IdResolution.Core.Errors;

namespace IdResolution.Server.CommandLine.Shared;

/// <summary>Finds writes at which the store failed, as opposed to writes that were refused for their content.</summary>
internal static class StoreFailure
{
    /// <exception cref="StoreException">The store failed at one of the writes.</exception>
    public static void ThrowIfAny<T>(Result<T>[] results)
    {
        foreach (var result in results)
        {
            if (result.Error is { Code: ErrorCode.StorageFull or ErrorCode.Unavailable or ErrorCode.Internal } failure)
            {
                throw new StoreException(failure, null);
            }
        }
    }
}
