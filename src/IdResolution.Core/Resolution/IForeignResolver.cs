using IdResolution.Core.Access;
using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;

namespace IdResolution.Core.Resolution;

/// <summary>Resolves identifiers under prefixes that are not homed here, by asking other nodes. Thread-safe.</summary>
public interface IForeignResolver
{
    /// <summary>False where foreign prefixes are not resolved at all.</summary>
    bool IsOn { get; }

    /// <summary>
    /// The public values of an identifier, in bounded time. <see cref="ErrorCode.NotFound"/> where its node knows none,
    /// <see cref="ErrorCode.NotResponsible"/> where nobody is known for its prefix or resolution is off,
    /// <see cref="ErrorCode.Unavailable"/> where nobody answers, <see cref="ErrorCode.TooMany"/> where callers without
    /// a key ask too often for what is not known yet.
    /// </summary>
    /// <param name="identifier">The identifier; its prefix is not homed here.</param>
    /// <param name="caller">For whom others are asked.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    ValueTask<Result<ForeignRecord>> ResolveAsync(
        Identifier identifier,
        Caller caller,
        CancellationToken cancellationToken
    );
}
