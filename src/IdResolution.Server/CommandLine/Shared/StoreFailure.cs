using IdResolution.Core.Errors;
using IdResolution.Core.Registration;

namespace IdResolution.Server.CommandLine.Shared;

/// <summary>Tells writes that the store failed at from those that were refused for what they hold.</summary>
internal static class StoreFailure
{
    /// <summary>Throws where the store failed at one of the writes.</summary>
    /// <exception cref="StoreException">It did.</exception>
    public static void ThrowIfAny(Result<Registered>[] results)
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
