using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Primitives;
using IdResolution.Core.Records;
using IdResolution.Core.Templates;

namespace IdResolution.Core.Access;

/// <summary>Decides who may do what. No other place decides it. Thread-safe.</summary>
public sealed class AccessPolicy
{
    private volatile bool _anonymousReads = true;
    private volatile bool _auditorsOnly;
    private volatile bool _auditsReads;

    /// <summary>True if callers without a key may read what is public. May change at any time.</summary>
    public bool AnonymousReads
    {
        get => _anonymousReads;
        set => _anonymousReads = value;
    }

    /// <summary>
    /// True if the audit log is for role auditor alone, and an admin cannot make keys with that role over the network.
    /// May change at any time.
    /// </summary>
    public bool AuditorsOnly
    {
        get => _auditorsOnly;
        set => _auditorsOnly = value;
    }

    /// <summary>True if what keys read that see private attributes is audited. May change at any time.</summary>
    public bool AuditsReads
    {
        get => _auditsReads;
        set => _auditsReads = value;
    }

    /// <summary>True if a caller's reading of records is audited.</summary>
    public bool Audits(Caller caller) =>
        AuditsReads && (caller.Projection.ShowsBusinessKey || caller.Partner is not null);

    /// <summary>
    /// The part of a record that a caller sees; null where the record is as an absent one to it. A caller tied to a
    /// partner sees what grants show, and never less than everybody.
    /// </summary>
    /// <param name="caller">The caller.</param>
    /// <param name="granted">What the caller's grants show of the record; null for nothing.</param>
    public Projection? Sees(Caller caller, GrantedView? granted)
    {
        ArgumentNullException.ThrowIfNull(caller);
        if (caller.Partner is null)
        {
            return caller.Projection;
        }
        return granted?.Projection ?? (AnonymousReads ? Projection.Public : null);
    }

    /// <summary>True if a caller may resolve at all.</summary>
    public bool MayResolve(Caller caller) => AnonymousReads || caller.Is(Role.Partner);

    /// <summary>
    /// The error if a caller may not read the audit log, or null. Whoever has the command line has the database.
    /// </summary>
    public Error? RequireAuditing(Caller caller) =>
        caller.Is(Role.Auditor) || (caller.Is(Role.Admin) && (!AuditorsOnly || caller.IsCommandLine))
            ? null
            : Refusal(caller, Role.Auditor);

    /// <summary>The error if a caller may not make a key with a role, or null.</summary>
    public Error? RequireKeyMaking(Caller caller, Role role) =>
        Require(caller, Role.Admin)
        ?? (
            role == Role.Auditor && AuditorsOnly && !caller.IsCommandLine
                ? Error.Of(
                    ErrorCode.Forbidden,
                    "Keys with role auditor are made at the command line alone: Access:AuditorsOnly is on.",
                    "已启用 Access:AuditorsOnly，角色为 auditor 的密钥只能在命令行创建。",
                    "role"
                )
                : null
        );

    /// <summary>The error if a caller may not resolve, or null.</summary>
    public Error? RequireResolving(Caller caller) => MayResolve(caller) ? null : Refusal(caller, Role.Reader);

    /// <summary>
    /// True if the Handle protocol tells clients without identity that a handle exists. If anonymous reading is off, it
    /// tells only of those that clients need to find a service and to prove who they are: records with sites, keys or
    /// groups.
    /// </summary>
    public bool IsOpen(IReadOnlyList<RawValue> values) =>
        AnonymousReads || values.Any(static v => v.IsGranting && !v.IsOneOf(RawValue.AdminType));

    /// <summary>
    /// True if the Handle protocol shows a value of an open handle (<see cref="IsOpen"/>) to clients without identity:
    /// those with public read, or if anonymous reading is off those of them that are the protocol's own.
    /// </summary>
    public bool ShowsToEveryone(RawValue value) =>
        Projection.Public.Shows(value) && (AnonymousReads || value.IsOfProtocol);

    /// <summary>The error for a role that is too low. A caller without a key is asked for one.</summary>
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

    /// <summary>
    /// The error if a caller has less than the role needed, or null. Of those who ask for the audit log it lets admins
    /// through too: <see cref="RequireAuditing"/> decides about them.
    /// </summary>
    public static Error? Require(Caller caller, Role needed) =>
        caller.Is(needed) || (needed == Role.Auditor && caller.Is(Role.Admin)) ? null : Refusal(caller, needed);

    /// <summary>
    /// The error if a caller may not ask for what readers read and partners are shown by grants, or null.
    /// </summary>
    public static Error? RequireAsking(Caller caller, Role needed) =>
        caller.Partner is null ? Require(caller, needed) : null;

    /// <summary>The error as a caller is told of it: with what is for operators where the caller is one.</summary>
    public static Error Told(Error error, Caller caller)
    {
        ArgumentNullException.ThrowIfNull(error);
        return error.Hint is { } hint && caller.Is(Role.Admin)
            ? error with
            {
                Message = new Text($"{error.Message.En} {hint.En}", error.Message.Zh + hint.Zh),
                Hint = null,
            }
            : error;
    }

    /// <summary>
    /// The caller by whose role the items of a file are judged. Whoever takes a file need not trust who made it. So it
    /// may write what a registrar may, unless the caller lends it all rights of their own.
    /// </summary>
    /// <param name="caller">Who takes the file. The audit log names them.</param>
    /// <param name="withRights">True to lend the file the caller's rights.</param>
    public static Caller OfFile(Caller caller, bool withRights) =>
        withRights || !caller.Is(Role.Admin) ? caller : caller with { Role = Role.Registrar };

    /// <summary>
    /// What an item would say of rights over the Handle protocol; empty where any registrar may write it.
    /// </summary>
    /// <param name="identifier">Its identifier; null where a coding rule gives one.</param>
    /// <param name="values">Its raw values.</param>
    public static IReadOnlyList<Text> RightsIn(string? identifier, IReadOnlyList<RawValue> values)
    {
        var found = new List<Text>();
        if (Identifier.TryParse(identifier, out var parsed) && RoleToWrite(parsed) != Role.Registrar)
        {
            found.Add(new($"{parsed} is the record of a prefix", $"{parsed} 为前缀的记录"));
        }
        found.AddRange(
            values
                .Where(static v => v.IsGranting)
                .Select(static v => new Text($"{v.Type} at index {v.Index}", $"索引 {v.Index} 处的 {v.Type}"))
        );
        return found;
    }

    /// <summary>
    /// The role that may write the record of an identifier. A prefix record grants rights, so it needs role admin.
    /// </summary>
    public static Role RoleToWrite(Identifier identifier) => identifier.IsPrefixRecord ? Role.Admin : Role.Registrar;

    /// <summary>
    /// The error if a caller may not write the record of an identifier, for its role or for the prefix that it is bound
    /// to, or null.
    /// </summary>
    public static Error? RequireWriting(Caller caller, Identifier identifier) =>
        Require(caller, RoleToWrite(identifier)) ?? RequireReach(caller, identifier.Prefix.Text);

    /// <summary>
    /// The error if a caller lacks a role, or is bound to a prefix where the whole node is meant; or null.
    /// </summary>
    public static Error? RequireOfNode(Caller caller, Role role)
    {
        var refused = Require(caller, role);
        return refused is null && caller.Prefix is { } own
            ? Error.Of(
                ErrorCode.Forbidden,
                $"The key is bound to the prefix {own}, and this is of the whole node.",
                $"该密钥仅限前缀 {own}，而此操作涉及整个节点。"
            )
            : refused;
    }

    /// <summary>The same for what partners are shown by grants.</summary>
    public static Error? RequireAskingOfNode(Caller caller, Role role) =>
        caller.Partner is null ? RequireOfNode(caller, role) : null;

    /// <summary>
    /// The error if a caller who is bound to a prefix would write below another, or null. It names the caller's own.
    /// </summary>
    public static Error? RequireReach(Caller caller, string prefix) =>
        caller.Prefix is { } own && !own.Covers(prefix)
            ? Error.Of(
                ErrorCode.Forbidden,
                $"The key is bound to the prefix {own}, and writes below it alone.",
                $"该密钥仅限前缀 {own}，只能在其下写入。",
                "identifier"
            )
            : null;

    /// <summary>
    /// The error if an identifier is beyond the prefix that a caller is bound to, or null. It is the same whether the
    /// identifier is registered or not.
    /// </summary>
    public static Error? RequireSight(Caller caller, Identifier identifier) =>
        caller.Reaches(identifier.Key.Bytes)
            ? null
            : Error.Of(
                ErrorCode.NotFound,
                $"{identifier} is not below {caller.Prefix}, the prefix that the key is bound to.",
                $"标识 {identifier} 不在该密钥所限前缀 {caller.Prefix} 之下。",
                "identifier"
            );

    /// <summary>
    /// A refusal as its caller may know it: of a conflict with an item beyond the prefix that the caller is bound to it
    /// only says that there is one.
    /// </summary>
    public static Error WithinReach(Error error, Caller caller)
    {
        ArgumentNullException.ThrowIfNull(error);
        return error.Holder is { } holder && !caller.Reaches(LookupKey.Of(holder).Bytes)
            ? Taken(error.Code == ErrorCode.KeyConflict ? error.Code : ErrorCode.AlreadyExists, error.Field)
            : error;
    }

    /// <summary>The error of a conflict that says nothing of the item that is in the way.</summary>
    public static Error Taken(ErrorCode code, string? field) =>
        Error.Of(
            code,
            $"{field}: an item beyond the prefix that the key is bound to has this already.",
            $"{field}：该密钥所限前缀之外的标识已使用该值。",
            field
        );

    /// <summary>
    /// The error if a prefix is not the caller's, or null. An identity of the SNMS protocol has the prefix of its key
    /// and those below it, or else the node's first; an admin has every prefix.
    /// </summary>
    /// <param name="caller">The caller.</param>
    /// <param name="prefix">The prefix asked about.</param>
    /// <param name="first">The first prefix of the node; null if it has none.</param>
    public static Error? RequireOwnPrefix(Caller caller, string prefix, string? first) =>
        caller.Is(Role.Admin)
        || (
            caller.HasSecret
            && (caller.Prefix?.Covers(prefix) ?? prefix.Equals(first, StringComparison.OrdinalIgnoreCase))
        )
            ? null
            : NotOwn(prefix);

    /// <summary>
    /// The part of a record that an identity of the SNMS protocol sees. One without a prefix of its own resolves all,
    /// but beyond the node's first prefix sees only what everybody may see. Allocates nothing.
    /// </summary>
    /// <param name="caller">The caller.</param>
    /// <param name="foldedKey">The folded bytes of the record's lookup key.</param>
    /// <param name="first">The first prefix of the node; null if it has none.</param>
    /// <param name="seen">What the caller sees of the record.</param>
    public static Projection SnmsProjection(
        Caller caller,
        ReadOnlySpan<byte> foldedKey,
        Prefix? first,
        Projection seen
    ) =>
        caller.Is(Role.Admin)
        || (caller.Prefix is { } own ? own.Covers(foldedKey) : first is not null && IsOf(foldedKey, first))
            ? seen
            : Projection.Public;

    /// <summary>
    /// The error if a caller may not make, change or delete templates over the SNMS protocol, or null. That protocol
    /// knows one role alone, so role registrar does for the caller's own prefix (<see cref="RequireOwnPrefix"/>).
    /// </summary>
    public static Error? RequireSnmsTemplates(Caller caller, string prefix, string? first) =>
        Require(caller, Role.Registrar) ?? RequireOwnPrefix(caller, prefix, first);

    /// <summary>
    /// The error if a caller may not say where resolvers of a prefix are sent on to, or null. An enterprise says so of
    /// what is below the prefix that its key is bound to. A key that is bound to a prefix below no other of the node
    /// may be one of the node's own machines: it says so of none.
    /// </summary>
    /// <param name="caller">The caller.</param>
    /// <param name="prefix">The prefix asked about.</param>
    /// <param name="isEnterprise">True if the caller's own prefix is below another one that is homed.</param>
    public static Error? RequireRouting(Caller caller, string prefix, bool isEnterprise)
    {
        if (caller.Is(Role.Admin))
        {
            return null;
        }
        if (Require(caller, Role.Registrar) is { } refused)
        {
            return refused;
        }
        if (caller.Prefix?.Covers(prefix) != true)
        {
            return NotOwn(prefix);
        }
        return isEnterprise
            ? null
            : Error.Of(
                ErrorCode.Forbidden,
                $"The prefix {caller.Prefix} is below no other prefix of the node: its keys set no routes.",
                $"没有权限，前缀{caller.Prefix}不在本节点的其他前缀之下，其密钥不能设置解析路由",
                "prefix"
            );
    }

    /// <summary>
    /// The error if a caller below role admin would change a value that grants rights over the Handle protocol, or
    /// null.
    /// </summary>
    /// <param name="caller">The caller who writes.</param>
    /// <param name="values">The values after the write. Secrets that stay are in their stored form.</param>
    /// <param name="before">The values before the write.</param>
    internal static Error? Granting(Caller caller, IReadOnlyList<RawValue> values, IReadOnlyList<RawValue> before)
    {
        if (caller.Is(Role.Admin))
        {
            return null;
        }
        var changed = GrantingChange(values, before);
        return changed is null
            ? null
            : Error.Of(
                ErrorCode.Forbidden,
                $"values: {changed.Type} at index {changed.Index} says who may do what; that needs a key with role "
                    + "admin.",
                $"values：索引 {changed.Index} 处的 {changed.Type} 涉及授权，需要角色为 admin 的密钥。",
                "values"
            );
    }

    /// <summary>
    /// A value that grants rights and is not the same before and after a write; null where a write leaves rights alone.
    /// </summary>
    internal static RawValue? GrantingChange(IReadOnlyList<RawValue> values, IReadOnlyList<RawValue> before)
    {
        return Unmatched(values, before) ?? Unmatched(before, values);

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

    /// <summary>
    /// The error if a caller below role admin would revoke or bring back a record whose values grant rights over the
    /// Handle protocol, or null.
    /// </summary>
    /// <param name="caller">The caller who writes.</param>
    /// <param name="values">The values of the record's last version.</param>
    internal static Error? Granted(Caller caller, IReadOnlyList<RawValue> values) =>
        !caller.Is(Role.Admin) && values.FirstOrDefault(static v => v.IsGranting) is { } value
            ? Error.Of(
                ErrorCode.Forbidden,
                $"The record has {value.Type} at index {value.Index}, which says who may do what; that needs a key "
                    + "with role admin.",
                $"该标识在索引 {value.Index} 处有涉及授权的 {value.Type}，需要角色为 admin 的密钥。"
            )
            : null;

    private static Error NotOwn(string prefix) =>
        Error.Of(
            ErrorCode.Forbidden,
            $"The prefix {prefix} is not the caller's.",
            $"没有权限，前缀{prefix}不属于当前用户",
            "prefix"
        );

    /// <summary>True for a key of this very prefix, and not of one below it.</summary>
    private static bool IsOf(ReadOnlySpan<byte> foldedKey, Prefix prefix) =>
        prefix.Covers(foldedKey) && foldedKey[prefix.Folded.Length] == (byte)'/';

    /// <summary>A template as a caller may see it. Partners do not see private attributes.</summary>
    public static Template Shown(Template template, Caller caller) =>
        caller.Is(Role.Reader)
            ? template
            : template with
            {
                Attributes = [.. template.Attributes.Where(a => a.Visibility != Visibility.Private)],
            };
}
