using IdResolution.Core.Access;
using IdResolution.HandleProtocol.Client;
using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Security;
using IdResolution.HandleProtocol.Values;
using IdResolution.HandleProtocol.Wire;
using IdResolution.Server.Options;
using IdResolution.Server.Tests.Rest;
using IdResolution.Testing;

namespace IdResolution.Server.Tests.Handle;

/// <summary>
/// What each operation of the Handle protocol leaves in the audit log where it is done, where it is denied, and where
/// it fails.
/// </summary>
[TestFixture]
internal sealed class AuditedOperationTests : HandleFixture
{
    private const int Session = 20_001;
    private const string Proof = "handle.authenticate";

    /// <summary>
    /// Each operation: what it writes, an action, or in brackets why nothing; what its denial is called, or in brackets
    /// why there is none. A new operation needs a line.
    /// </summary>
    private static readonly Dictionary<OpCode, (string Act, string Denial)> s_operations = new()
    {
        [OpCode.None] = ("(no request)", "(no request)"),
        [OpCode.Resolution] = ("(reads)", "(asks for a proof)"),
        [OpCode.GetSiteInfo] = ("(for everyone)", "(for everyone)"),
        [OpCode.CreateHandle] = ("(in the change log)", "handle register"),
        [OpCode.DeleteHandle] = ("(in the change log)", "handle revoke"),
        [OpCode.AddValue] = ("(in the change log)", "handle update"),
        [OpCode.RemoveValue] = ("(in the change log)", "handle update"),
        [OpCode.ModifyValue] = ("(in the change log)", "handle update"),
        [OpCode.ListHandles] = ("(reads)", "handle list"),
        [OpCode.ChallengeAnswer] = (Proof, Proof),
        [OpCode.VerifyChallenge] = ("(the proof of somebody else)", "handle.verify"),
        [OpCode.HomePrefix] = ("prefix.home", "handle prefix"),
        [OpCode.UnhomePrefix] = ("prefix.unhome", "handle prefix"),
        [OpCode.ListHomedPrefixes] = ("(reads)", "handle prefix"),
        [OpCode.SessionSetup] = ("(gives no right)", "(for everyone)"),
        [OpCode.SessionTerminate] = ("(takes no right from others)", "handle session"),
        [OpCode.SessionExchangeKey] = ("(gives no right)", "handle session"),
        [OpCode.GetNextTransactionId] = ("(not supported)", "(not supported)"),
        [OpCode.RetrieveTransactionLog] = ("(not supported)", "(not supported)"),
        [OpCode.DumpHandles] = ("(not supported)", "(not supported)"),
        [OpCode.Backup] = ("handle.backup", "handle other"),
        [OpCode.PasswordLogin] = (Proof, Proof),
        [OpCode.Login] = (Proof, Proof),
    };

    private readonly TemporaryDirectory _backups = new();
    private AuditTrail _trail = null!;
    private int _prefixes;

    private static IEnumerable<OpCode> Operations => Enum.GetValues<OpCode>();

    /// <summary>Those that run at once for who is logged in.</summary>
    private static IEnumerable<OpCode> ForAdministrators =>
        [
            OpCode.CreateHandle,
            OpCode.DeleteHandle,
            OpCode.AddValue,
            OpCode.RemoveValue,
            OpCode.ModifyValue,
            OpCode.ListHandles,
            OpCode.HomePrefix,
            OpCode.UnhomePrefix,
            OpCode.ListHomedPrefixes,
            OpCode.Backup,
        ];

    private static IEnumerable<OpCode> Proofs => [OpCode.ChallengeAnswer, OpCode.PasswordLogin, OpCode.Login];

    private static IEnumerable<OpCode> ForEveryone =>
        Operations
            .Except(ForAdministrators)
            .Except(Proofs)
            .Except([OpCode.None, OpCode.SessionTerminate, OpCode.SessionExchangeKey]);

    protected override void Configure(NodeOptions options) =>
        (options.Access.HandlePasswords, options.Backup.Directory) = (true, _backups.Path);

    [OneTimeSetUp]
    public void Follow() => _trail = new AuditTrail(Node);

    [OneTimeTearDown]
    public void DeleteBackups() => _backups.Dispose();

    [Test]
    public void EveryOperation_IsInTheTable() => Assert.That(s_operations.Keys, Is.EquivalentTo(Operations));

    [TestCaseSource(nameof(ForAdministrators))]
    public async Task Administration_Done_LeavesItsActOrNothing(OpCode operation)
    {
        using var wire = await ConnectAsync();
        await LogInAsync(wire, Admin);
        var (body, target) = await RequestAsync(operation);

        await _trail.BeginAsync();
        var answer = await wire.AskAsync(operation, body, sessionId: Session);

        Assert.That(answer.Header.ResponseCode, Is.EqualTo(ResponseCode.Success));
        var act = s_operations[operation].Act;
        var lines = await _trail.LinesAsync();
        Assert.That(
            lines.Select(l => $"{l.Kind} {l.Action} {l.Outcome}"),
            Is.EqualTo(act[0] == '(' ? [] : new[] { $"Act {act} done" })
        );
        AssertOrigin(lines, Admin.ToString());
        if (operation is OpCode.HomePrefix or OpCode.UnhomePrefix)
        {
            Assert.That("0.NA/" + lines[0].Target, Is.EqualTo(target));
        }
        if (operation == OpCode.Backup)
        {
            Assert.That(File.Exists(Path.Combine(_backups.Path, lines[0].Target)), lines[0].Target);
        }
    }

    [TestCaseSource(nameof(ForAdministrators))]
    public async Task Administration_DeniedToSomebodyKnown_LeavesOneDenial(OpCode operation)
    {
        using var wire = await ConnectAsync();
        await LogInAsync(wire, Stranger);
        var (body, target) = await RequestAsync(operation);

        await _trail.BeginAsync();
        var answer = await wire.AskAsync(operation, body, sessionId: Session);

        Assert.That(
            answer.Header.ResponseCode,
            Is.EqualTo(ResponseCode.InvalidAdministrator).Or.EqualTo(ResponseCode.InsufficientPermissions)
        );
        var lines = await _trail.LinesAsync();
        Assert.That(
            lines.Select(l => (l.Kind, l.Action, l.Target, l.Outcome)),
            Is.EqualTo([(AuditKind.Denial, s_operations[operation].Denial, target, "Forbidden")])
        );
        AssertOrigin(lines, Stranger.ToString());
    }

    [TestCaseSource(nameof(ForAdministrators))]
    public async Task Administration_AskedForByNobody_IsAChallengeAndNoLine(OpCode operation)
    {
        using var wire = await ConnectAsync();
        var (body, _) = await RequestAsync(operation);

        await _trail.BeginAsync();
        var answer = await wire.AskAsync(operation, body);

        Assert.That(answer.Header.ResponseCode, Is.EqualTo(ResponseCode.AuthenticationNeeded));
        Assert.That(await _trail.LinesAsync(), Is.Empty);
    }

    [TestCaseSource(nameof(ForAdministrators))]
    public async Task Administration_Failed_LeavesNothing(OpCode operation)
    {
        BodyWriter? body = operation switch
        {
            OpCode.CreateHandle => new ValuesRequest(Admin.Handle, [Value(1, "URL", "x")]).Write,
            OpCode.AddValue or OpCode.ModifyValue => new ValuesRequest(
                $"{Prefix}/absent",
                [Value(1, "URL", "x")]
            ).Write,
            OpCode.RemoveValue => new RemoveValuesRequest($"{Prefix}/absent", [1]).Write,
            OpCode.DeleteHandle => new OneHandleRequest($"{Prefix}/absent").Write,
            OpCode.ListHandles or OpCode.UnhomePrefix => new OneHandleRequest("0.NA/99.99").Write,
            OpCode.HomePrefix => new OneHandleRequest($"{Prefix}/no prefix").Write,
            _ => null,
        };
        if (body is null)
        {
            // Nothing in a request makes them fail.
            return;
        }
        using var wire = await ConnectAsync();
        await LogInAsync(wire, Admin);

        await _trail.BeginAsync();
        var answer = await wire.AskAsync(operation, body, sessionId: Session);

        Assert.That(answer.Header.ResponseCode, Is.Not.EqualTo(ResponseCode.Success));
        Assert.That(await _trail.LinesAsync(), Is.Empty, $"{answer.Header.ResponseCode}");
    }

    [Test]
    public async Task Proof_Right_IsOneActOfTheIdentity([ValueSource(nameof(Proofs))] OpCode operation)
    {
        using var wire = await ConnectAsync();
        await _trail.BeginAsync();

        var answer = await ProveAsync(wire, operation, Secret);

        Assert.That(answer.Header.ResponseCode, Is.EqualTo(ResponseCode.Success));
        var lines = await _trail.LinesAsync();
        Assert.That(
            lines.Select(l => (l.Kind, l.Action, l.Target, l.Outcome)),
            Is.EqualTo([(AuditKind.Act, Proof, Admin.Handle, "done")])
        );
        AssertOrigin(lines, Admin.ToString());
    }

    [Test]
    public async Task Proof_Wrong_IsOneDenialOfNobody([ValueSource(nameof(Proofs))] OpCode operation)
    {
        using var wire = await ConnectAsync();
        await _trail.BeginAsync();

        var answer = await ProveAsync(wire, operation, "wrong");

        Assert.That(answer.Header.ResponseCode, Is.EqualTo(ResponseCode.AuthenticationFailed));
        var lines = await _trail.LinesAsync();
        Assert.That(
            lines.Select(l => (l.Kind, l.Action, l.Target, l.Outcome)),
            Is.EqualTo([(AuditKind.Denial, Proof, Admin.Handle, "AuthenticationFailed")])
        );
        AssertOrigin(lines, "anonymous");
    }

    [Test]
    public async Task Proof_OfAnIdentityElsewhere_IsAnonymous()
    {
        // Of the claimed handle nothing is known here, so it names an identifier and nothing more.
        using var wire = await ConnectAsync();
        var challenged = await wire.AskAsync(OpCode.DeleteHandle, new OneHandleRequest(Admin.Handle).Write);
        await _trail.BeginAsync();

        await wire.AskAsync(
            OpCode.ChallengeAnswer,
            Answer(challenged, new ValueReference("99.99/ELSEWHERE", 300)).Write,
            OpFlags.ReturnDigest,
            challenged.Envelope.SessionId
        );

        var line = (await _trail.LinesAsync()).Single();
        Assert.That(
            (line.Kind, line.Caller, line.Target),
            Is.EqualTo((AuditKind.Denial, "anonymous", "99.99/ELSEWHERE"))
        );
    }

    [Test]
    public async Task ForEveryone_AnyOutcome_LeavesNothing([ValueSource(nameof(ForEveryone))] OpCode operation)
    {
        using var wire = await ConnectAsync();
        foreach (var handle in new[] { Admin.Handle, $"{Prefix}/absent" })
        {
            BodyWriter body = operation switch
            {
                OpCode.Resolution => new ResolutionRequest(handle, [], []).Write,
                OpCode.VerifyChallenge => Verification(Secret).Write,
                OpCode.SessionSetup => new SessionSetupRequest(SessionMode.ServerKey, 60, Admin, [], null).Write,
                _ => new OneHandleRequest(handle).Write,
            };
            await _trail.BeginAsync();

            await wire.AskAsync(operation, body);

            Assert.That(await _trail.LinesAsync(), Is.Empty);
        }
    }

    [Test]
    public async Task Verification_OfAWrongProof_IsOneDenialOfTheServerThatAsks()
    {
        using var wire = await ConnectAsync();
        await _trail.BeginAsync();

        await wire.AskAsync(OpCode.VerifyChallenge, Verification("wrong").Write);

        var lines = await _trail.LinesAsync();
        Assert.That(
            lines.Select(l => (l.Kind, l.Action, l.Target, l.Outcome)),
            Is.EqualTo([(AuditKind.Denial, "handle.verify", Admin.Handle, "AuthenticationFailed")])
        );
        AssertOrigin(lines, "anonymous");
    }

    [Test]
    public async Task Session_UsedByOthers_LeavesOneDenial()
    {
        using var wire = await ConnectAsync();
        var session = await TestSession.SetUpAsync(wire, SessionMode.HandleKey, KeyPair, AdminKey);
        await session.SignedAsync(1, OpCode.ListHomedPrefixes, new OneHandleRequest("/").Write);
        Assert.That(
            (await _trail.LinesAsync()).Where(l => l.Action == Proof).Select(l => (l.Caller, l.Target)),
            Is.EqualTo([(AdminKey.ToString(), Admin.Handle)]),
            "the owner has proved to hold the key"
        );

        foreach (
            var (operation, body) in new (OpCode, BodyWriter)[]
            {
                (OpCode.SessionTerminate, new OneHandleRequest("/").Write),
                (OpCode.SessionExchangeKey, new SessionKeyExchange([1, 2, 3]).Write),
            }
        )
        {
            await _trail.BeginAsync();
            await wire.AskAsync(operation, body, sessionId: session.Id);

            var lines = await _trail.LinesAsync();
            Assert.That(
                lines.Select(l => (l.Kind, l.Action, l.Outcome)),
                Is.EqualTo([(AuditKind.Denial, s_operations[operation].Denial, "AuthenticationFailed")])
            );
            AssertOrigin(lines, "anonymous");
        }

        await _trail.BeginAsync();
        var ended = await session.SignedAsync(2, OpCode.SessionTerminate, new OneHandleRequest("/").Write);
        Assert.That(ended.Header.ResponseCode, Is.EqualTo(ResponseCode.Success));
        Assert.That(await _trail.LinesAsync(), Is.Empty);
    }

    [Test]
    public async Task Rights_ChangedOverEachOperation_LeaveOneAct()
    {
        using var wire = await ConnectAsync();
        await LogInAsync(wire, Admin);
        var handle = Node.NewId();
        var granting = AdminValue(100, AdminPermissions.All, Admin);
        var steps = new (string Step, OpCode Operation, BodyWriter Body, bool Changes)[]
        {
            ("create", OpCode.CreateHandle, new ValuesRequest(handle, [Value(1, "URL", "x"), granting]).Write, true),
            ("plain", OpCode.AddValue, new ValuesRequest(handle, [Value(2, "URL", "y")]).Write, false),
            (
                "add",
                OpCode.AddValue,
                new ValuesRequest(handle, [Value(300, "HS_SECKEY", "theirs and theirs")]).Write,
                true
            ),
            (
                "modify",
                OpCode.ModifyValue,
                new ValuesRequest(handle, [AdminValue(100, AdminPermissions.All, Stranger)]).Write,
                true
            ),
            ("plain", OpCode.RemoveValue, new RemoveValuesRequest(handle, [2]).Write, false),
            ("remove", OpCode.RemoveValue, new RemoveValuesRequest(handle, [300]).Write, true),
            ("delete", OpCode.DeleteHandle, new OneHandleRequest(handle).Write, true),
        };
        foreach (var (step, operation, body, changes) in steps)
        {
            await _trail.BeginAsync();

            var answer = await wire.AskAsync(operation, body, sessionId: Session);

            Assert.That(answer.Header.ResponseCode, Is.EqualTo(ResponseCode.Success), step);
            var lines = await _trail.LinesAsync();
            Assert.That(
                lines.Select(l => (l.Kind, l.Action, l.Target, l.Outcome)),
                Is.EqualTo(changes ? [(AuditKind.Act, "record.rights", handle, "done")] : Array.Empty<object>()),
                step
            );
            AssertOrigin(lines, Admin.ToString());
        }
    }

    [Test]
    public async Task UnreadableBody_OfEveryOperation_LeavesNoTextOfItsSender()
    {
        using var wire = await ConnectAsync();
        await LogInAsync(wire, Stranger);
        await _trail.BeginAsync();
        foreach (var operation in Operations.Except([OpCode.None, OpCode.ChallengeAnswer]))
        {
            await wire.AskAsync(
                operation,
                writer => writer.Array("forged\nline, =cmd|' /C calc'!A0"u8),
                sessionId: operation is OpCode.Login or OpCode.PasswordLogin ? 0 : Session
            );
        }

        Assert.That((await _trail.LinesAsync()).Select(l => l.Target), Has.None.Contains("forged"));
    }

    private static VerifyRequest Verification(string secret)
    {
        byte[] nonce = [.. Enumerable.Range(0, 16).Select(i => (byte)i)];
        var digest = RequestDigest.Of("a request"u8, ProtocolVersion.Current);
        return new VerifyRequest(
            Admin,
            nonce,
            digest.Digest.ToArray(),
            SecretKeyProof.Make(
                KeyedDigestKind.HmacSha256,
                System.Text.Encoding.UTF8.GetBytes(secret),
                nonce,
                digest.Digest.Span
            )
        );
    }

    private static void AssertOrigin(List<AuditEvent> lines, string caller)
    {
        foreach (var line in lines)
        {
            // A message has no trace.
            Assert.That((line.Caller, line.Source, line.Trace, line.Count), Is.EqualTo((caller, "127.0.0.1", "", 1L)));
            Assert.That(line.Node, Is.Not.Empty);
        }
    }

    /// <summary>A request that an administrator of the server may make, and what it is about.</summary>
    private async Task<(BodyWriter Body, string Target)> RequestAsync(OpCode operation)
    {
        switch (operation)
        {
            case OpCode.CreateHandle:
                var made = Node.NewId();
                return (new ValuesRequest(made, [Value(1, "URL", "x")]).Write, made);
            case OpCode.ListHandles:
                return (new OneHandleRequest($"0.NA/{Prefix}").Write, $"0.NA/{Prefix}");
            case OpCode.HomePrefix or OpCode.UnhomePrefix:
                var prefix = $"0.NA/88.400.{++_prefixes}";
                if (operation == OpCode.UnhomePrefix)
                {
                    using var wire = await ConnectAsync();
                    await LogInAsync(wire, Admin);
                    await wire.AskAsync(OpCode.HomePrefix, new OneHandleRequest(prefix).Write, sessionId: Session);
                }
                return (new OneHandleRequest(prefix).Write, prefix);
            case OpCode.ListHomedPrefixes or OpCode.Backup:
                return (new OneHandleRequest("/").Write, "");
            default:
                var handle = await CreateAsync(Value(1, "URL", "x"));
                BodyWriter body = operation switch
                {
                    OpCode.AddValue => new ValuesRequest(handle, [Value(2, "URL", "y")]).Write,
                    OpCode.ModifyValue => new ValuesRequest(handle, [Value(1, "URL", "y")]).Write,
                    OpCode.RemoveValue => new RemoveValuesRequest(handle, [1]).Write,
                    _ => new OneHandleRequest(handle).Write,
                };
                return (body, handle);
        }
    }

    private static async Task LogInAsync(HandleWire wire, ValueReference user)
    {
        var challenged = await wire.AskAsync(OpCode.Login, new LoginRequest(user).Write, OpFlags.ReturnDigest, Session);
        var answer = await wire.AskAsync(
            OpCode.ChallengeAnswer,
            Answer(challenged, user).Write,
            OpFlags.ReturnDigest,
            Session
        );
        Assert.That(answer.Header.ResponseCode, Is.EqualTo(ResponseCode.Success));
    }

    private static async Task<HandleMessage> ProveAsync(HandleWire wire, OpCode operation, string secret)
    {
        if (operation == OpCode.PasswordLogin)
        {
            return await wire.AskAsync(operation, new ResolutionRequest(Admin.ToString(), [], [secret]).Write);
        }
        var challenged = await (
            operation == OpCode.Login
                ? wire.AskAsync(operation, new LoginRequest(Admin).Write, OpFlags.ReturnDigest, Session)
                : wire.AskAsync(OpCode.ListHomedPrefixes, new OneHandleRequest("/").Write, OpFlags.ReturnDigest)
        );
        return await wire.AskAsync(
            OpCode.ChallengeAnswer,
            Answer(challenged, Admin, secret).Write,
            OpFlags.ReturnDigest,
            challenged.Envelope.SessionId
        );
    }
}
