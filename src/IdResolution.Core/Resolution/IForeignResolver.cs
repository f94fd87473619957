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
    /// <see cref="ErrorCode.NotResponsible"/> where nobody is known for its prefix or resolution is off, <see cref="ErrorCode.Unavailable"/> where
    /// nobody answers.
    /// </summary>
    ValueTask<Result<ForeignRecord>> ResolveAsync(Identifier identifier, CancellationToken cancellationToken);
}
