using IdResolution.Core.Access;
using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;

namespace IdResolution.Core.Resolution;

/// <summary>Resolves identifiers under prefixes that are not homed here, by asking other nodes. Thread-safe.</summary>
public interface IForeignResolver
{
    /// <summary>False if foreign prefixes are not resolved at all.</summary>
    bool IsOn { get; }

    /// <summary>
    /// Gets the public values of an identifier in bounded time. <see cref="ErrorCode.NotFound"/>: the other node has
    /// none. <see cref="ErrorCode.NotResponsible"/>: no node is known for the prefix, or resolution is off.
    /// <see cref="ErrorCode.Unavailable"/>: no node answers. <see cref="ErrorCode.TooMany"/>: callers without a key ask
    /// too often for unknown identifiers.
    /// </summary>
    /// <param name="identifier">The identifier. Its prefix is not homed here.</param>
    /// <param name="caller">The caller for whom other nodes are asked.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    ValueTask<Result<ForeignRecord>> ResolveAsync(
        Identifier identifier,
        Caller caller,
        CancellationToken cancellationToken
    );
}
