using IdResolution.Core.Access;
using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Primitives;

namespace IdResolution.Core.Resolution;

/// <summary>The resolver for nodes that ask no others. Its error says how to switch foreign resolution on.</summary>
public sealed class NoForeignResolver : IForeignResolver
{
    /// <inheritdoc/>
    public bool IsOn => false;

    /// <inheritdoc/>
    public ValueTask<Result<ForeignRecord>> ResolveAsync(
        Identifier identifier,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(identifier);
        return ValueTask.FromResult<Result<ForeignRecord>>(Refusal(identifier.Prefix, "identifier"));
    }

    /// <summary>The error for an identifier under a foreign prefix.</summary>
    internal static Error Refusal(Prefix prefix, string field) =>
        Error.Of(
            ErrorCode.NotResponsible,
            $"The prefix {prefix} is not homed on this node, and resolution of foreign prefixes is off.",
            $"前缀 {prefix} 不归属本节点，且未启用外部前缀解析。",
            field
        ) with
        {
            Hint = new Text(
                "Foreign:Recursive or Foreign:Roots switches it on.",
                "可用 Foreign:Recursive 或 Foreign:Roots 启用。"
            ),
        };
}
