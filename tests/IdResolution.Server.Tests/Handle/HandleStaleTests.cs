using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Values;
using IdResolution.Server.Tests.Rest;

namespace IdResolution.Server.Tests.Handle;

/// <summary>A node whose store has gone: what is cached is answered, and marked, to those who logged in too.</summary>
[TestFixture]
internal sealed class HandleStaleTests : HandleFixture
{
    private const int Login = 10_001;
    private const OpFlags Usual = OpFlags.Recursive | OpFlags.CacheCertify | OpFlags.PublicOnly;

    private readonly SlidingTime _time = new();
    private HandleWire _wire = null!;
    private TestSession _session = null!;
    private string _open = "";
    private string _mixed = "";
    private HandleMessage _fresh = null!;

    protected override TimeProvider Time => _time;

    [OneTimeSetUp]
    public async Task LogInAndCloseTheStoreAsync()
    {
        _open = await CreateAsync(Value(1, "URL", "open"));
        _mixed = await CreateAsync(
            Value(1, "URL", "open"),
            Value(2, "NOTE", "closed", ValuePermissions.AdminRead | ValuePermissions.AdminWrite)
        );
        _wire = await ConnectAsync();
        var challenged = await _wire.AskAsync(OpCode.Login, new LoginRequest(Admin).Write, OpFlags.ReturnDigest, Login);
        var loggedIn = await _wire.AskAsync(
            OpCode.ChallengeAnswer,
            Answer(challenged, Admin).Write,
            OpFlags.ReturnDigest,
            Login
        );
        _session = await TestSession.SetUpAsync(_wire, SessionMode.HandleKey, KeyPair, AdminKey);
        _fresh = await ResolveAsync(_open, Usual);
        var all = await ResolveAsync(_mixed, OpFlags.None, Login);
        Assert.That(
            new[] { loggedIn, _fresh, all }.Select(answer => answer.Header.ResponseCode),
            Is.All.EqualTo(ResponseCode.Success)
        );
        await Node.StopWorkerAsync();
        Node.Node.Store.Dispose();
        _time.Advance(TimeSpan.FromSeconds(10));
    }

    [OneTimeTearDown]
    public void Close() => _wire?.Dispose();

    [Test]
    public async Task Answer_FromTheCache_IsNotAuthoritativeAndOtherwiseHasTheFlagsOfItsRequest(
        [Values(0, Login)] int login
    )
    {
        var stale = await ResolveAsync(_open, Usual | OpFlags.Authoritative, login);

        Assert.That((_fresh.Header.Flags, stale.Header.Flags), Is.EqualTo((Usual | OpFlags.Authoritative, Usual)));
        Assert.That(
            (stale.Header.ResponseCode, stale.Body.ToArray()),
            Is.EqualTo((ResponseCode.Success, _fresh.Body.ToArray()))
        );
    }

    [Test]
    public async Task PublicValues_AskedForByWhoLoggedIn_AreAnswered()
    {
        var codes = new[]
        {
            await ResolveAsync(_open, OpFlags.None, Login),
            await ResolveAsync(_mixed, OpFlags.PublicOnly, Login),
            await ResolveAsync(_mixed, OpFlags.None, Login, 1),
            await _wire.AskAsync(OpCode.GetSiteInfo, new OneHandleRequest("/").Write, OpFlags.None, Login),
            await _session.SignedAsync(
                1,
                OpCode.Resolution,
                new ResolutionRequest(_open, [], []).Write,
                flags: OpFlags.None
            ),
        }.Select(answer => answer.Header.ResponseCode);

        Assert.That(codes, Is.All.EqualTo(ResponseCode.Success));
    }

    [Test]
    public async Task WhatTakesRights_OrIsNotCached_IsNotDone()
    {
        var codes = new[]
        {
            await ResolveAsync(_mixed, OpFlags.None, Login),
            await ResolveAsync(_mixed, OpFlags.None, Login, 2),
            await ResolveAsync(Node.NewId(), OpFlags.PublicOnly),
            await _wire.AskAsync(OpCode.DeleteHandle, new OneHandleRequest(_open).Write, OpFlags.None, Login),
            await _session.SignedAsync(
                2,
                OpCode.Resolution,
                new ResolutionRequest(_mixed, [], []).Write,
                flags: OpFlags.None
            ),
        }.Select(answer => answer.Header.ResponseCode);

        Assert.That(codes, Is.All.EqualTo(ResponseCode.ServerBusy));
    }

    private Task<HandleMessage> ResolveAsync(string handle, OpFlags flags, int session = 0, params int[] indexes) =>
        _wire.AskAsync(OpCode.Resolution, new ResolutionRequest(handle, indexes, []).Write, flags, session);
}
