using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;

namespace IdResolution.Core.Resolution;

/// <summary>Asks nobody, and says how to change that.</summary>
public sealed class NoForeignResolver : IForeignResolver
{
    /// <inheritdoc/>
    public bool IsOn => false;

    /// <inheritdoc/>
    public ValueTask<Result<ForeignRecord>> ResolveAsync(Identifier identifier, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(identifier);
        return ValueTask.FromResult<Result<ForeignRecord>>(Error.Of(
            ErrorCode.NotResponsible,
            $"The prefix {identifier.Prefix} is not homed on this node, and resolution of foreign prefixes is off: Foreign:Recursive or Foreign:Roots switches it on.",
            $"前缀 {identifier.Prefix} 不由本节点负责，且未启用外部前缀解析（以 Foreign:Recursive 或 Foreign:Roots 启用）。",
            "identifier"));
    }
}
