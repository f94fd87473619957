using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Records;
using IdResolution.Core.Templates;

namespace IdResolution.Core.Access;

/// <summary>Who may do what: the one place that says so. Thread-safe.</summary>
public sealed class AccessPolicy
{
    private volatile bool _anonymousReads = true;

    /// <summary>Whether callers without a key may read what is public. May change at any time.</summary>
    public bool AnonymousReads
    {
        get => _anonymousReads;
        set => _anonymousReads = value;
    }

    /// <summary>Whether a caller may resolve at all.</summary>
    public bool MayResolve(Caller caller) => AnonymousReads || caller.Role != Role.Anonymous;

    /// <summary>Why a caller may not resolve, or null where it may.</summary>
    public Error? RequireResolving(Caller caller) => MayResolve(caller) ? null : Refusal(caller, Role.Reader);

    /// <summary>
    /// Whether a value is shown to those who have not said who they are, where values rather than callers decide: with
    /// anonymous reading off, of templated records only where they are and who administers them.
    /// </summary>
    public bool ShowsToEveryone(RawValue value, bool isTemplated) =>
        Projection.Public.Shows(value)
        && (AnonymousReads || !isTemplated || value.Index is ValueIndex.Url or ValueIndex.Admin);

    /// <summary>The caller's role is too low; a caller without key is asked for one.</summary>
    public static Error Refusal(Caller caller, Role needed) =>
        caller.Role == Role.Anonymous
            ? Error.Of(
                ErrorCode.Unauthenticated,
                "A key is needed: Authorization: Bearer KEY.",
                "需要密钥：Authorization: Bearer KEY。"
            )
            : Error.Of(
                ErrorCode.Forbidden,
                $"This needs a key with role {needed.ToString().ToLowerInvariant()}.",
                $"需要角色为 {needed.ToString().ToLowerInvariant()} 的密钥。"
            );

    /// <summary>Why a caller may not do what needs a role, or null where it may.</summary>
    public static Error? Require(Caller caller, Role needed) => caller.Is(needed) ? null : Refusal(caller, needed);

    /// <summary>
    /// The role that writes an identifier's record: those of prefixes say who administers, which is for administrators
    /// alone to say.
    /// </summary>
    public static Role RoleToWrite(Identifier identifier) => identifier.IsPrefixRecord ? Role.Admin : Role.Registrar;

    /// <summary>
    /// Why a caller may not have these values where those stand, or null: who may do what over the Handle protocol is
    /// administrators' to say.
    /// </summary>
    /// <param name="caller">Who writes.</param>
    /// <param name="values">What is to stand, secrets that were there before as they are stored.</param>
    /// <param name="before">What stands.</param>
    internal static Error? Granting(Caller caller, IReadOnlyList<RawValue> values, IReadOnlyList<RawValue> before)
    {
        if (caller.Is(Role.Admin))
        {
            return null;
        }
        var changed = Unmatched(values, before) ?? Unmatched(before, values);
        return changed is null
            ? null
            : Error.Of(
                ErrorCode.Forbidden,
                $"values: {changed.Type} at index {changed.Index} says who may do what; that needs a key with role "
                    + "admin.",
                $"values：索引 {changed.Index} 处的 {changed.Type} 涉及授权，需要角色为 admin 的密钥。",
                "values"
            );

        static RawValue? Unmatched(IReadOnlyList<RawValue> these, IReadOnlyList<RawValue> those)
        {
            foreach (var value in these)
            {
                if (
                    value.IsGranting
                    && !those.Any(other =>
                        other.Index == value.Index && other.Encode().AsSpan().SequenceEqual(value.Encode())
                    )
                )
                {
                    return value;
                }
            }
            return null;
        }
    }

    /// <summary>A template as a caller may see it: partners see the attributes that concern them.</summary>
    public static Template Shown(Template template, Caller caller) =>
        caller.Is(Role.Reader)
            ? template
            : template with
            {
                Attributes = [.. template.Attributes.Where(a => a.Visibility != Visibility.Private)],
            };
}
