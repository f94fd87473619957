using System.Security.Cryptography;
using System.Text.Json;
using IdResolution.Core.Snms;
using IdResolution.Server.SnmsWire;

namespace IdResolution.Server.Simulation;

/// <summary>
/// A secondary node (二级节点) in memory, with faults that can be switched on. <see cref="SecondaryNodeServer"/> serves
/// it, once or again. Nothing is kept when the process ends. Thread-safe.
/// </summary>
internal sealed class SecondaryNode(IReadOnlyList<SecondaryNodeUser> users, TimeProvider? clock = null)
{
    private static readonly SecondaryNodeUser s_nobody = new("", "");

    private readonly TimeProvider _clock = clock ?? TimeProvider.System;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, (SecondaryNodeUser User, DateTimeOffset End)> _tokens = [];
    private readonly FaultSwitches _faults = new();
    private readonly CallLog _log = new();
    private Registry? _snapshot;

    /// <summary>How long tokens hold that are given from now on.</summary>
    public TimeSpan TokenLife { get; set; } = TimeSpan.FromHours(24);

    public TimeProvider Clock => _clock;

    public DateTimeOffset Started { get; } = (clock ?? TimeProvider.System).GetUtcNow();

    /// <summary>What the node holds. Only for work that <see cref="Do"/> or <see cref="Look"/> runs.</summary>
    public Registry Registry { get; private set; } = new();

    /// <summary>The calls seen, in the order in which their work was done.</summary>
    public IReadOnlyList<SeenCall> Calls => Look((_, log, _) => log.Calls.ToList());

    /// <summary>The faults that are on, with the counts that are left.</summary>
    public IReadOnlyList<Fault> Faults => Look((_, _, faults) => faults.On.ToList());

    /// <summary>How many identifiers there are.</summary>
    public int Count => Look((registry, _, _) => registry.Identifiers.Count);

    /// <summary>An identifier; null if it is not there.</summary>
    public HeldIdentifier? Find(string handle) =>
        Look((registry, _, _) => registry.Identifiers.GetValueOrDefault(handle));

    /// <summary>All that can be seen, and one identifier.</summary>
    public SimulatorState State(string? handle = null) =>
        Look(
            (registry, log, faults) =>
                new SimulatorState
                {
                    Users = users,
                    Templates = [.. registry.Templates.Values],
                    Identifiers = registry.Identifiers.Count,
                    Identifier = registry.Identifiers.GetValueOrDefault(handle ?? "")?.Shown(),
                    Routes = [.. registry.Routes.Values],
                    Calls = log.Counts,
                    MostBatchesAtOnce = log.MostBatchesAtOnce(),
                    Faults = [.. faults.On],
                    HasSnapshot = _snapshot is not null,
                }
        );

    /// <summary>How many batches of a prefix were under way at once, at most.</summary>
    public int MostBatchesAtOnce(string prefix) =>
        Look((_, log, _) => log.MostBatchesAtOnce().GetValueOrDefault(prefix));

    /// <summary>Reads what the node holds, while nothing changes it.</summary>
    public T Look<T>(Func<Registry, CallLog, FaultSwitches, T> read)
    {
        lock (_gate)
        {
            return read(Registry, _log, _faults);
        }
    }

    /// <summary>Switches a fault on.</summary>
    public void Add(Fault fault)
    {
        if (fault.Wrong() is { } wrong)
        {
            throw new ArgumentException(wrong);
        }
        lock (_gate)
        {
            _faults.Add(fault);
        }
    }

    /// <summary>Switches the faults of a kind off, or all.</summary>
    public void Remove(FaultKind? kind = null)
    {
        lock (_gate)
        {
            _faults.Remove(kind);
        }
    }

    /// <summary>True for a token that holds.</summary>
    public bool Knows(string? token)
    {
        lock (_gate)
        {
            return UserOf(token) is not null;
        }
    }

    /// <summary>Forgets every token that was given.</summary>
    public void ForgetTokens()
    {
        lock (_gate)
        {
            _tokens.Clear();
        }
    }

    /// <summary>Forgets which calls were seen.</summary>
    public void ForgetCalls()
    {
        lock (_gate)
        {
            _log.Clear();
        }
    }

    /// <summary>Remembers what the node holds now, for <see cref="Restore"/>.</summary>
    public void Snapshot()
    {
        lock (_gate)
        {
            _snapshot = Registry.Copy();
        }
    }

    /// <summary>
    /// Goes back to the snapshot, as a node that was started from an older state. False if there is none.
    /// </summary>
    public bool Restore()
    {
        lock (_gate)
        {
            Registry = _snapshot?.Copy() ?? Registry;
            return _snapshot is not null;
        }
    }

    /// <summary>Checks a password and gives a token. Only for work that <see cref="Do"/> runs.</summary>
    public Reply LogIn(string name, string password, bool isDigest)
    {
        var user = users.FirstOrDefault(u => u.Name == name);
        if (user is null || !Fits(user, password, isDigest))
        {
            return Reply.Refused(SnmsMessages.WrongLogin);
        }
        var token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        _tokens[token] = (user, _clock.GetUtcNow() + TokenLife);
        return Reply.Of(json =>
        {
            json.WriteStartObject();
            json.WriteString("token"u8, token);
            json.WriteEndObject();
        });
    }

    /// <summary>Notes that a call came in; gives the number of that event, or null if the node is closed.</summary>
    public long? Begin(SnmsCall call)
    {
        lock (_gate)
        {
            var began = _log.Begin();
            if (_faults.Take(fault => fault.Kind == FaultKind.Closed && fault.IsFor(call)) is null)
            {
                return began;
            }
            _log.End(_log.Add(call, ReadCall.Nothing, began, _clock.GetUtcNow(), "closed"));
            return null;
        }
    }

    /// <summary>Does a call, or what faults have it do.</summary>
    public DoneCall Do(SnmsCall call, ReadCall read, string? token, long began)
    {
        lock (_gate)
        {
            var before = _faults.Take(fault => IsInPlace(fault) && fault.IsFor(call) && fault.IsForOneOf(read.Handles));
            var reply = before is null ? Work(call, read, token) : Answered(before);
            var after =
                before is null && reply!.Status == SnmsStatus.Success
                    ? _faults.Take(fault => IsAfter(fault) && fault.IsFor(call))
                    : null;
            var instead = after ?? (reply is null ? before : null);
            var outcome = instead is null ? $"{reply!.Status}" : NameOf(instead.Kind);
            var seen = _log.Add(call, read, began, _clock.GetUtcNow(), outcome);
            return new DoneCall(seen, reply, instead, _faults.Wait(call));
        }
    }

    /// <summary>Notes that the answer to a call begins.</summary>
    public void End(SeenCall seen)
    {
        lock (_gate)
        {
            _log.End(seen);
        }
    }

    private Reply Work(SnmsCall call, ReadCall read, string? token)
    {
        var user = call.IsLogIn ? s_nobody : UserOf(token);
        if (user is null)
        {
            return Reply.NotLoggedIn;
        }
        var refusing = _faults.Take(fault =>
            fault is { Kind: FaultKind.Refuse, Handle: not null } && fault.IsFor(call) && fault.IsForOneOf(read.Handles)
        );
        return read.Do(this, user, refusing);
    }

    private SecondaryNodeUser? UserOf(string? token) =>
        token is not null && _tokens.TryGetValue(token, out var held) && held.End > _clock.GetUtcNow()
            ? held.User
            : null;

    private bool Fits(SecondaryNodeUser user, string password, bool isDigest)
    {
        if (!isDigest)
        {
            return SnmsPassword.Inner(password) == user.Digest;
        }
        var today = SnmsPassword.DayOf(_clock.GetUtcNow());
        return Enumerable.Range(-1, 3).Any(days => SnmsPassword.Outer(user.Digest, today.AddDays(days)) == password);
    }

    private static bool IsInPlace(Fault fault) =>
        fault.Kind switch
        {
            FaultKind.Refuse => fault.Handle is null,
            FaultKind.Http500 or FaultKind.Http503 or FaultKind.NotLoggedIn => true,
            FaultKind.Busy or FaultKind.Forbidden or FaultKind.Failed => true,
            _ => false,
        };

    private static bool IsAfter(Fault fault) =>
        fault.Kind is FaultKind.Status504AfterSuccess or FaultKind.DropAfterSuccess;

    /// <summary>The envelope that a fault answers with; null if it answers with none.</summary>
    private static Reply? Answered(Fault fault)
    {
        Reply? reply = fault.Kind switch
        {
            FaultKind.NotLoggedIn => Reply.NotLoggedIn,
            FaultKind.Busy => new(SnmsStatus.NotLoggedIn, SnmsMessages.Busy),
            FaultKind.Refuse => Reply.Failure,
            FaultKind.Forbidden => Reply.Forbidden,
            FaultKind.Failed => new(SnmsStatus.Failed, "系统内部错误"),
            _ => null,
        };
        return fault.Message is { } message && reply is not null ? reply with { Message = message } : reply;
    }

    private static string NameOf(FaultKind kind) => JsonNamingPolicy.CamelCase.ConvertName($"{kind}");
}

/// <summary>A call that was done.</summary>
/// <param name="Seen">What was noted of it.</param>
/// <param name="Reply">Its envelope; null where a fault answers with none.</param>
/// <param name="Instead">The fault that takes the place of the answer; otherwise null.</param>
/// <param name="Wait">How long the answer waits.</param>
internal sealed record DoneCall(SeenCall Seen, Reply? Reply, Fault? Instead, TimeSpan Wait);
