using IdResolution.Core.Access;
using IdResolution.Core.Errors;
using IdResolution.Core.Handles;
using IdResolution.Core.Records;
using IdResolution.Testing;

namespace IdResolution.Core.Tests.Handles;

/// <summary>Creating, changing and deleting handles for those whom their values let.</summary>
[TestFixture]
public sealed class HandleAdministratorTests : HandleFixture
{
    private const Permissions Usual = Permissions.AdminRead | Permissions.AdminWrite | Permissions.PublicRead;

    [Test]
    public async Task Create_OfAHandleThatExists_IsRefused_OverwrittenItSaysSo()
    {
        var handle = await CreateAsync(Value(1, "URL", "one"));

        var again = await CreatedAsync(handle, Server, overwrite: false, Value(2, "URL", "two"));
        var replaced = await CreatedAsync(handle, Server, overwrite: true, Value(2, "URL", "two"));

        Assert.That(again.Error?.Code, Is.EqualTo(ErrorCode.AlreadyExists));
        Assert.That(CoreFixture.Ok(replaced), Is.EqualTo(new CreatedHandle(handle, Replaced: true)));
        Assert.That(await StoredAsync(handle), Is.EqualTo(["2 URL two"]));
    }

    [Test]
    public async Task Create_WithASuffixToBeGiven_SaysWhich()
    {
        var created = CoreFixture.Ok(
            await Administrator.CreateAsync($"{P}/M-", [Value(1, "URL", "x")], false, mint: true, Server, default)
        );

        Assert.That(created.Handle, Does.Match($"^{P}/M-[0-9a-f-]{{36}}$"));
        Assert.That(created.Replaced, Is.False);
    }

    [TestCase("88.301/x", ErrorCode.NotResponsible)]
    [TestCase("no handle/", ErrorCode.InvalidIdentifier)]
    public async Task Create_WhereItCannotBe_IsRefusedBeforeItIsAskedWhoDoesIt(string handle, ErrorCode code) =>
        Assert.That(
            (await CreatedAsync(handle, null, overwrite: false, Value(1, "URL", "x"))).Error?.Code,
            Is.EqualTo(code)
        );

    [Test]
    public async Task Create_IsLetByThePrefixRecord_AndOfPrefixesByTheirParents()
    {
        var record = $"0.NA/{P}";
        var parent = AdminValue(100, AdminRights.AddHandle | AdminRights.AddDerivedPrefix, Stranger.Reference);
        Assert.That(await CodeAsync($"{P}/x", Stranger), Is.EqualTo(ErrorCode.NotAdministrator), "before");
        CoreFixture.Ok(await CreatedAsync(record, Server, overwrite: true, parent));

        Assert.That(await CodeAsync($"{P}/x", Stranger), Is.Null);
        Assert.That(await CodeAsync($"{P}/y", null), Is.EqualTo(ErrorCode.Unauthenticated));
        Assert.That(await CodeAsync($"{record}.7", Stranger), Is.Null);
        Assert.That(await CodeAsync(record, Stranger), Is.EqualTo(ErrorCode.AlreadyExists));

        async Task<ErrorCode?> CodeAsync(string handle, HandleIdentity? who) =>
            (await CreatedAsync(handle, who, overwrite: false, Value(1, "URL", "x"))).Error?.Code;
    }

    [Test]
    public async Task PrefixRecord_ThatIsRendered_CanBeReplacedWhole_NotChanged()
    {
        var record = $"0.NA/{P}";

        Assert.That(await SetAsync(record, Server, Value(1, "URL", "x")), Is.EqualTo(ErrorCode.Forbidden));
        Assert.That(await DeleteAsync(record, Server), Is.EqualTo(ErrorCode.Forbidden));
        Assert.That(
            (await CreatedAsync(record, Stranger, overwrite: true, Value(1, "URL", "x"))).Error?.Code,
            Is.EqualTo(ErrorCode.NotAdministrator)
        );
        var created = CoreFixture.Ok(await CreatedAsync(record, Server, overwrite: false, Value(1, "URL", "x")));
        Assert.That(created.Replaced, Is.False, "nothing was stored");
    }

    [Test]
    public async Task Values_NotForAdministratorsToWrite_BindServerAdministratorsToo()
    {
        var handle = await CreateAsync(Value(1, "URL", "fixed", Permissions.AdminRead | Permissions.PublicRead));

        Assert.That(await SetAsync(handle, Server, Value(1, "URL", "x")), Is.EqualTo(ErrorCode.Forbidden));
        Assert.That(await RemoveAsync(handle, Server, 1), Is.EqualTo(ErrorCode.Forbidden));
        Assert.That(
            (await CreatedAsync(handle, Server, overwrite: true, Value(2, "URL", "x"))).Error?.Code,
            Is.EqualTo(ErrorCode.Forbidden)
        );
    }

    [Test]
    public async Task PublicWrite_OfData_IsForEveryoneAndAuditedAsAnonymous()
    {
        const Permissions Open = Usual | Permissions.PublicWrite;
        var handle = await CreateAsync(Value(1, "NOTE", "one", Open), Value(2, "NOTE", "closed"));

        Assert.That(await SetAsync(handle, null, Value(1, "NOTE", "two", Open)), Is.Null);
        Assert.That(
            await SetAsync(handle, null, Value(1, "NOTE", "x", Open), Value(2, "NOTE", "x")),
            Is.EqualTo(ErrorCode.Unauthenticated),
            "with one that is closed"
        );
        Assert.That(
            await SetAsync(handle, null, Value(1, "HS_ADMIN", "x", Open)),
            Is.EqualTo(ErrorCode.Unauthenticated),
            "of a type that grants something"
        );
        Assert.That(
            await SetAsync(handle, null, Value(1, "URL", "x")),
            Is.EqualTo(ErrorCode.Unauthenticated),
            "an addition that overwrites changes all of it"
        );
        async Task<Error?> ModifiedAsync(HandleIdentity? who, RawValue value) =>
            (await Administrator.ModifyAsync(handle, [value], who, Caller.Anonymous, default)).Error;
        Assert.That(await ModifiedAsync(null, Value(1, "URL", "three") with { Ttl = 5 }), Is.Null, "by default");
        Assert.That(
            (await ModifiedAsync(null, Value(1, "HS_ADMIN", "x")))?.Code,
            Is.EqualTo(ErrorCode.Unauthenticated)
        );
        Assert.That((await ModifiedAsync(null, Value(2, "NOTE", "x")))?.Code, Is.EqualTo(ErrorCode.Unauthenticated));
        Assert.That(
            (await ModifiedAsync(Stranger, Value(1, "NOTE", "x")))?.Code,
            Is.EqualTo(ErrorCode.NotAdministrator),
            "who is known is judged by rights"
        );
        Assert.That(await ModifiedAsync(Server, Value(1, "URL", "x")), Is.Null);
        Assert.That(
            await StoredAsync(handle),
            Is.EqualTo(["1 URL x", "2 NOTE closed"]),
            "an administrator changes all"
        );
        Assert.That(await SetAsync(handle, Server, Value(1, "NOTE", "three", Open)), Is.Null);
        Assert.That(await StoredAsync(handle), Is.EqualTo(["1 NOTE three", "2 NOTE closed"]));
        await Node.Auditor.FlushAsync(all: true, default);
        var audited = await Node.Store.Audit.ReadAsync(0, 10, default);
        Assert.That(audited.Select(e => (e.Caller, e.Action)), Has.Member(("anonymous", "handle.public-write")));
    }

    [Test]
    public async Task Values_AskedAboutByThoseWithoutRights_TellNothingOfWhatThereIs()
    {
        var handle = await CreateAsync(
            Value(1, "URL", "x"),
            Value(5, "NOTE", "hidden", Permissions.AdminRead | Permissions.AdminWrite)
        );

        foreach (var index in new[] { 5, 6 })
        {
            Assert.That(await SetAsync(handle, null, Value(index, "N", "x")), Is.EqualTo(ErrorCode.Unauthenticated));
            Assert.That(
                await SetAsync(handle, Stranger, Value(index, "N", "x")),
                Is.EqualTo(ErrorCode.NotAdministrator)
            );
            Assert.That(await RemoveAsync(handle, Stranger, index), Is.EqualTo(ErrorCode.NotAdministrator));
        }
    }

    [Test]
    public async Task Indexes_ThatAreWrong_AreNamed()
    {
        var handle = await CreateAsync(Value(1, "URL", "x"));

        Assert.That(await SetAsync(handle, Server), Is.EqualTo(ErrorCode.InvalidValue), "none");
        Assert.That(await SetAsync(handle, Server, Value(0, "URL", "x")), Is.EqualTo(ErrorCode.InvalidValue));
        Assert.That(
            await SetAsync(handle, Server, Value(2, "URL", "x"), Value(2, "URL", "y")),
            Is.EqualTo(ErrorCode.ValueAlreadyExists)
        );
        Assert.That(await RemoveAsync(handle, Server, 9), Is.EqualTo(ErrorCode.ValueNotFound));
        Assert.That(
            (
                await Administrator.AddAsync(
                    handle,
                    [Value(1, "URL", "y")],
                    overwrite: false,
                    Server,
                    Caller.Anonymous,
                    default
                )
            )
                .Error
                ?.Code,
            Is.EqualTo(ErrorCode.ValueAlreadyExists)
        );
        Assert.That(
            (await Administrator.ModifyAsync(handle, [Value(9, "URL", "y")], Server, Caller.Anonymous, default))
                .Error
                ?.Code,
            Is.EqualTo(ErrorCode.ValueNotFound)
        );
    }

    [Test]
    public async Task Values_AddedByManyAtOnce_AllStay()
    {
        var handle = await CreateAsync(Value(1, "URL", "x"));

        var codes = await Task.WhenAll(
            Enumerable.Range(2, 20).Select(i => Task.Run(() => SetAsync(handle, Server, Value(i, "NOTE", $"{i}"))))
        );

        Assert.That(codes, Is.All.Null);
        Assert.That(await StoredAsync(handle), Has.Length.EqualTo(21));
    }

    [Test]
    public async Task Deleted_Handle_IsGone()
    {
        var handle = await CreateAsync(Value(1, "URL", "x"));

        Assert.That(await DeleteAsync(handle, null), Is.EqualTo(ErrorCode.Unauthenticated));
        Assert.That(await DeleteAsync(handle, Server), Is.Null);
        Assert.That(await DeleteAsync(handle, Server), Is.EqualTo(ErrorCode.NotFound));
    }

    private Task<Result<CreatedHandle>> CreatedAsync(
        string handle,
        HandleIdentity? who,
        bool overwrite,
        params RawValue[] values
    ) => Administrator.CreateAsync(handle, values, overwrite, mint: false, who, default);
}
