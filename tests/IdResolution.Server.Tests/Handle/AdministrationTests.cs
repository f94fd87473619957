using IdResolution.Core.Access;
using IdResolution.HandleProtocol.Client;
using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Values;

namespace IdResolution.Server.Tests.Handle;

/// <summary>Administration over the Handle protocol: handles, values, prefixes, and who may.</summary>
[TestFixture]
internal sealed class AdministrationTests : HandleFixture
{
    [Test]
    public async Task Handle_Created_IsAnIdentifierEverywhere()
    {
        var handle = await CreateAsync(Value(1, "URL", "https://a.example"));

        var record = await Node.GetAsync($"/api/v1/identifiers/{handle}");
        var history = await Node.GetAsync($"/api/v1/history/{handle}", Role.Admin);

        Assert.That(record.Status, Is.EqualTo(200));
        Assert.That(record.ToString(), Does.Contain("https://a.example").And.Contain("\"template\":null"));
        Assert.That(history.ToString(), Does.Contain("handle:"));
    }

    [Test]
    public async Task Handle_Lifecycle_KeepsItsHistory()
    {
        var handle = await CreateAsync(Value(1, "URL", "one"));

        var again = await Client.CreateAsync(handle, [Value(1, "URL", "one")], overwrite: false, mint: false, Stop);
        var replaced = await Client.CreateAsync(handle, [Value(2, "EMAIL", "two")], overwrite: true, mint: false, Stop);
        var afterwards = await ValuesOfAsync(handle);
        var deleted = await Client.DeleteAsync(handle, Stop);
        var gone = await Anonymous.ResolveAsync(handle, HandleQuery.All, Stop);
        var deletedAgain = await Client.DeleteAsync(handle, Stop);
        var back = await Client.CreateAsync(handle, [Value(3, "DESC", "three")], overwrite: false, mint: false, Stop);

        Assert.That(again.Code, Is.EqualTo(ResponseCode.HandleExists));
        Assert.That(replaced.Code, Is.EqualTo(ResponseCode.Success));
        Assert.That(afterwards, Is.EqualTo(["2 EMAIL two"]));
        Assert.That(
            (deleted.Code, gone.Code, deletedAgain.Code),
            Is.EqualTo((ResponseCode.Success, ResponseCode.HandleNotFound, ResponseCode.HandleNotFound))
        );
        Assert.That(back.Code, Is.EqualTo(ResponseCode.Success));
        Assert.That(await ValuesOfAsync(handle), Is.EqualTo(["3 DESC three"]));
        Assert.That(
            (await Node.GetAsync($"/api/v1/history/{handle}", Role.Admin)).ToString(),
            Does.Contain("\"version\":4")
        );
    }

    [Test]
    public async Task Handle_Minted_HasItsBeginningAndAUuid()
    {
        var minted = await Client.CreateAsync(
            $"{Prefix}/M-",
            [Value(1, "URL", "x")],
            overwrite: false,
            mint: true,
            Stop
        );

        Assert.That(
            minted.Data,
            Does.Match($"^{Prefix}/M-[0-9a-f]{{8}}-[0-9a-f]{{4}}-4[0-9a-f]{{3}}-[89ab][0-9a-f]{{3}}-[0-9a-f]{{12}}$")
        );
        Assert.That(await ValuesOfAsync(minted.Data!), Is.EqualTo(["1 URL x"]));
    }

    [Test]
    public async Task Values_AddedModifiedRemoved_AreAsToldAndAsTheyWere()
    {
        var handle = await CreateAsync(Value(1, "URL", "one"));

        var codes = new[]
        {
            (await Client.AddAsync(handle, [Value(1, "URL", "x")], overwrite: false, Stop)).Code,
            (await Client.AddAsync(handle, [], overwrite: false, Stop)).Code,
            (
                await Client.AddAsync(
                    handle,
                    [Value(2, "EMAIL", "two"), Value(3, "DESC", "three")],
                    overwrite: false,
                    Stop
                )
            ).Code,
            (await Client.AddAsync(handle, [Value(3, "DESC", "3")], overwrite: true, Stop)).Code,
            (await Client.ModifyAsync(handle, [Value(9, "DESC", "x")], Stop)).Code,
            (await Client.ModifyAsync(handle, [Value(1, "URL", "1")], Stop)).Code,
            (await Client.RemoveAsync(handle, [2, 9], Stop)).Code,
            (await Client.RemoveAsync(handle, [2], Stop)).Code,
            (await Client.AddAsync(handle, [Value(0, "DESC", "x")], overwrite: false, Stop)).Code,
            (
                await Client.AddAsync(handle, [Value(5, "DESC", "x"), Value(5, "DESC", "y")], overwrite: false, Stop)
            ).Code,
        };

        Assert.That(
            codes,
            Is.EqualTo([
                ResponseCode.ValueExists,
                ResponseCode.InvalidValue,
                ResponseCode.Success,
                ResponseCode.Success,
                ResponseCode.ValuesNotFound,
                ResponseCode.Success,
                ResponseCode.ValuesNotFound,
                ResponseCode.Success,
                ResponseCode.InvalidValue,
                ResponseCode.ValueExists,
            ])
        );
        Assert.That(await ValuesOfAsync(handle), Is.EqualTo(["1 URL 1", "3 DESC 3"]));
    }

    [Test]
    public async Task Values_NotForAdministratorsToWrite_BindServerAdministratorsToo()
    {
        var handle = await CreateAsync(
            Value(1, "URL", "fixed", ValuePermissions.AdminRead | ValuePermissions.PublicRead)
        );

        Assert.That(
            (await Client.ModifyAsync(handle, [Value(1, "URL", "x")], Stop)).Code,
            Is.EqualTo(ResponseCode.InsufficientPermissions)
        );
        Assert.That(
            (await Client.RemoveAsync(handle, [1], Stop)).Code,
            Is.EqualTo(ResponseCode.InsufficientPermissions)
        );
        Assert.That(
            (await Client.CreateAsync(handle, [Value(2, "URL", "x")], overwrite: true, mint: false, Stop)).Code,
            Is.EqualTo(ResponseCode.InsufficientPermissions)
        );
    }

    [Test]
    public async Task Attributes_WrittenAsValues_AreCheckedAsInRest()
    {
        var identifier = await Node.RegisterAsync(""" "attributes":{"name":"thing","grade":"A"} """);
        const ValuePermissions Closed = ValuePermissions.AdminRead | ValuePermissions.AdminWrite;

        var codes = new[]
        {
            (await Client.ModifyAsync(identifier, [Value(2001, "grade", "B", Closed)], Stop)).Code,
            (await Client.ModifyAsync(identifier, [Value(2001, "grade", "C", Closed)], Stop)).Code,
            (await Client.ModifyAsync(identifier, [Value(2001, "other", "A", Closed)], Stop)).Code,
            (await Client.ModifyAsync(identifier, [Value(2001, "grade", "A")], Stop)).Code,
            (await Client.RemoveAsync(identifier, [2000], Stop)).Code,
            (await Client.ModifyAsync(identifier, [Value(1001, "TEMPLATE", "x")], Stop)).Code,
            (await Client.AddAsync(identifier, [Value(7, "NOTE", "raw")], overwrite: false, Stop)).Code,
            (await Client.ModifyAsync(identifier, [Value(1, "URL", "https://own.example")], Stop)).Code,
        };

        Assert.That(
            codes,
            Is.EqualTo([
                ResponseCode.Success,
                ResponseCode.InvalidValue,
                ResponseCode.InvalidValue,
                ResponseCode.InsufficientPermissions,
                ResponseCode.InvalidValue,
                ResponseCode.InsufficientPermissions,
                ResponseCode.Success,
                ResponseCode.Success,
            ])
        );
        Assert.That(
            await ValuesOfAsync(identifier, Client),
            Has.Member("2001 grade B").And.Member("7 NOTE raw").And.Member("1 URL https://own.example")
        );
        Assert.That(
            (await Node.GetAsync($"/api/v1/identifiers/{identifier}", Role.Reader)).ToString(),
            Does.Contain("\"grade\":\"B\"")
        );
    }

    [Test]
    public async Task Rights_OfGroups_AreWhatTheirValuesSay()
    {
        var inner = await CreateAsync(
            new HandleValue
            {
                Index = 200,
                Type = "HS_VLIST",
                Data = new ValueListRecord([Stranger]).ToData(),
            }
        );
        var outer = await CreateAsync(
            new HandleValue
            {
                Index = 200,
                Type = "HS_VLIST",
                Data = new ValueListRecord([new(inner, 200)]).ToData(),
            }
        );
        // Groups that contain each other must not be gone round for ever.
        await Client.AddAsync(
            inner,
            [
                new HandleValue
                {
                    Index = 201,
                    Type = "HS_VLIST",
                    Data = new ValueListRecord([new(outer, 200)]).ToData(),
                },
            ],
            overwrite: false,
            Stop
        );
        var handle = await CreateAsync(
            AdminValue(100, AdminPermissions.ModifyValue | AdminPermissions.AddValue, new(outer, 200)),
            Value(1, "URL", "one")
        );
        var stranger = As(Stranger);

        Assert.That(
            (await stranger.ModifyAsync(handle, [Value(1, "URL", "two")], Stop)).Code,
            Is.EqualTo(ResponseCode.Success)
        );
        Assert.That(
            (await stranger.RemoveAsync(handle, [1], Stop)).Code,
            Is.EqualTo(ResponseCode.InsufficientPermissions)
        );
        Assert.That(
            (
                await stranger.AddAsync(
                    handle,
                    [AdminValue(101, AdminPermissions.All, Stranger)],
                    overwrite: false,
                    Stop
                )
            ).Code,
            Is.EqualTo(ResponseCode.InsufficientPermissions)
        );
        Assert.That(
            (await stranger.ModifyAsync(handle, [AdminValue(1, AdminPermissions.All, Stranger)], Stop)).Code,
            Is.EqualTo(ResponseCode.InsufficientPermissions)
        );
        Assert.That((await stranger.DeleteAsync(handle, Stop)).Code, Is.EqualTo(ResponseCode.InsufficientPermissions));
        Assert.That((await stranger.DeleteAsync(outer, Stop)).Code, Is.EqualTo(ResponseCode.InvalidAdministrator));
        Assert.That(
            (
                await stranger.CreateAsync(Node.NewId(), [Value(1, "URL", "x")], overwrite: false, mint: false, Stop)
            ).Code,
            Is.EqualTo(ResponseCode.InvalidAdministrator)
        );
    }

    [Test]
    public async Task Rights_OfAPrefixRecord_LetItsAdministratorCreateAndList()
    {
        const string Own = "88.300.77";
        Assert.That((await Client.HomeAsync($"0.NA/{Own}", Stop)).Code, Is.EqualTo(ResponseCode.Success));
        Assert.That(
            (
                await Client.CreateAsync(
                    $"0.NA/{Own}",
                    [
                        AdminValue(
                            100,
                            AdminPermissions.AddHandle
                                | AdminPermissions.ListHandles
                                | AdminPermissions.AddDerivedPrefix,
                            Stranger
                        ),
                    ],
                    overwrite: false,
                    mint: false,
                    Stop
                )
            ).Code,
            Is.EqualTo(ResponseCode.Success)
        );
        var stranger = As(Stranger);
        Assert.That(
            (
                await stranger.CreateAsync($"{Own}/h000", [Value(1, "URL", "x")], overwrite: false, mint: false, Stop)
            ).Code,
            Is.EqualTo(ResponseCode.Success)
        );
        var items = string.Join(
            ',',
            Enumerable
                .Range(1, 119)
                .Select(i => $$"""{"identifier":"{{Own}}/h{{i:D3}}","values":[{"index":1,"type":"URL","data":"x"}]}""")
        );
        Assert.That(
            (
                await Node.SendAsync(Role.Registrar, "POST", "/api/v1/identifiers:batch", $$"""{"items":[{{items}}]}""")
            ).Status,
            Is.EqualTo(200)
        );

        var listed = await stranger.ListAsync($"0.NA/{Own}", Stop);
        var derived = await stranger.CreateAsync(
            $"0.NA/{Own}.5",
            [Value(1, "DESC", "derived")],
            overwrite: false,
            mint: false,
            Stop
        );
        var elsewhere = await stranger.ListAsync($"0.NA/{Prefix}", Stop);

        Assert.That(listed.Data, Is.EqualTo(Enumerable.Range(0, 120).Select(i => $"{Own}/h{i:D3}")));
        Assert.That(listed.Exchange.Messages, Has.Count.EqualTo(3));
        Assert.That(derived.Code, Is.EqualTo(ResponseCode.Success));
        Assert.That(elsewhere.Code, Is.EqualTo(ResponseCode.InvalidAdministrator));
    }

    [Test]
    public async Task Prefixes_HomedAndUnhomed_ServeAndServeNoMore()
    {
        const string Own = "88.300.78";
        var homed = await Client.HomeAsync($"0.NA/{Own}", Stop);
        await Client.CreateAsync($"{Own}/x", [Value(1, "URL", "x")], overwrite: false, mint: false, Stop);
        var before = await ValuesOfAsync($"{Own}/x");

        var listed = await Client.ListHomedAsync(Stop);
        var unhomed = await Client.UnhomeAsync($"0.NA/{Own}", Stop);
        var after = await Anonymous.ResolveAsync($"{Own}/x", HandleQuery.All, Stop);
        var configured = await Client.UnhomeAsync($"0.NA/{Prefix}", Stop);
        var malformed = await Client.HomeAsync($"{Own}/x", Stop);
        var stranger = await As(Stranger).HomeAsync("0.NA/88.300.79", Stop);

        Assert.That((homed.Code, unhomed.Code), Is.EqualTo((ResponseCode.Success, ResponseCode.Success)));
        Assert.That(before, Is.EqualTo(["1 URL x"]));
        Assert.That(listed.Data, Has.Member($"0.NA/{Prefix}").And.Member($"0.NA/{Own}"));
        Assert.That(
            (after.Code, configured.Code, malformed.Code, stranger.Code),
            Is.EqualTo(
                (
                    ResponseCode.NotResponsible,
                    ResponseCode.InsufficientPermissions,
                    ResponseCode.InvalidHandle,
                    ResponseCode.InvalidAdministrator
                )
            )
        );
    }

    [Test]
    public async Task PublicWrite_OfData_IsForEveryoneAndAuditedAsAnonymous()
    {
        const ValuePermissions Open = ValuePermissions.Usual | ValuePermissions.PublicWrite;
        var handle = await CreateAsync(Value(1, "NOTE", "one", Open), Value(2, "NOTE", "closed"));

        var written = await Anonymous.ModifyAsync(handle, [Value(1, "NOTE", "two", Open)], Stop);
        var both = await Anonymous.ModifyAsync(handle, [Value(1, "NOTE", "x", Open), Value(2, "NOTE", "x")], Stop);
        var granting = await Anonymous.ModifyAsync(
            handle,
            [AdminValue(1, AdminPermissions.All, Stranger) with { Permissions = Open }],
            Stop
        );
        var added = await Anonymous.AddAsync(handle, [Value(3, "NOTE", "x", Open)], overwrite: false, Stop);

        Assert.That(written.Code, Is.EqualTo(ResponseCode.Success));
        Assert.That(new[] { both.Code, granting.Code, added.Code }, Is.All.EqualTo(ResponseCode.AuthenticationNeeded));
        // Who does not know the rest sends defaults, and the rest stays as it is.
        var byDefault = await Anonymous.ModifyAsync(handle, [Value(1, "TEXT", "three") with { Ttl = 60 }], Stop);
        var overwritten = await Anonymous.AddAsync(handle, [Value(1, "NOTE", "x")], overwrite: true, Stop);

        Assert.That(
            (byDefault.Code, overwritten.Code),
            Is.EqualTo((ResponseCode.Success, ResponseCode.AuthenticationNeeded))
        );
        var stored = (await Anonymous.ResolveAsync(handle, new HandleQuery { Indexes = [1] }, Stop)).Data!.Single();
        Assert.That(
            (stored.Type, stored.Text, stored.Permissions, stored.Ttl),
            Is.EqualTo(("NOTE", "three", Open, HandleValue.DefaultTtl))
        );
        Assert.That(await ValuesOfAsync(handle), Is.EqualTo(["1 NOTE three", "2 NOTE closed"]));
        Assert.That((await Node.GetAsync("/api/v1/audit", Role.Admin)).ToString(), Does.Contain("handle.public-write"));
    }

    [Test]
    public async Task Values_AskedAboutByStrangers_TellNothingOfWhatThereIs()
    {
        var handle = await CreateAsync(
            Value(1, "URL", "x"),
            Value(5, "NOTE", "hidden", ValuePermissions.AdminRead | ValuePermissions.AdminWrite)
        );

        foreach (var index in new[] { 5, 6 })
        {
            Assert.That(
                (await Anonymous.AddAsync(handle, [Value(index, "NOTE", "x")], overwrite: false, Stop)).Code,
                Is.EqualTo(ResponseCode.AuthenticationNeeded),
                $"add {index}"
            );
            Assert.That(
                (await Anonymous.ModifyAsync(handle, [Value(index, "NOTE", "x")], Stop)).Code,
                Is.EqualTo(ResponseCode.AuthenticationNeeded),
                $"modify {index}"
            );
            Assert.That(
                (await As(Stranger).RemoveAsync(handle, [index], Stop)).Code,
                Is.EqualTo(ResponseCode.InvalidAdministrator),
                $"remove {index}"
            );
        }
    }

    [Test]
    public async Task PrefixRecord_ThatIsRendered_IsNotTheParentsAdministratorsToReplace()
    {
        const string Parent = "88.300.80";
        await Client.HomeAsync($"0.NA/{Parent}", Stop);
        await Client.HomeAsync($"0.NA/{Parent}.1", Stop);
        await Client.CreateAsync(
            $"0.NA/{Parent}",
            [AdminValue(100, AdminPermissions.All, Stranger)],
            overwrite: false,
            mint: false,
            Stop
        );
        HandleValue[] own = [AdminValue(100, AdminPermissions.All, Stranger)];

        var homed = await As(Stranger).CreateAsync($"0.NA/{Parent}.1", own, overwrite: false, mint: false, Stop);
        var free = await As(Stranger).CreateAsync($"0.NA/{Parent}.2", own, overwrite: false, mint: false, Stop);

        Assert.That((homed.Code, free.Code), Is.EqualTo((ResponseCode.InvalidAdministrator, ResponseCode.Success)));
    }

    [Test]
    public async Task Prefixes_MoreThanAMessageHolds_AreListedInPages()
    {
        var prefixes = Enumerable
            .Range(0, 110)
            .Select(i =>
                Core.Identifiers.Prefix.TryParse($"88.301.{i}", out var prefix)
                    ? prefix
                    : throw new InvalidOperationException()
            )
            .ToList();
        Assert.That((await Node.Node.Prefixes.HomeAsync(prefixes, Caller.Node, Stop)).IsOk, Is.True);

        var listed = await Client.ListHomedAsync(Stop);

        Assert.That(listed.Data, Is.SupersetOf(prefixes.Select(p => $"0.NA/{p}")));
        Assert.That(listed.Exchange.Messages, Has.Count.GreaterThan(2));
    }

    [Test]
    public async Task Values_AddedByManyAtOnce_AllStay()
    {
        var handle = await CreateAsync(Value(1, "URL", "x"));

        var codes = await Task.WhenAll(
            Enumerable
                .Range(10, 20)
                .Select(async i =>
                    (await Client.AddAsync(handle, [Value(i, "N", $"{i}")], overwrite: false, Stop)).Code
                )
        );

        Assert.That(codes, Is.All.EqualTo(ResponseCode.Success));
        Assert.That(await ValuesOfAsync(handle), Has.Exactly(21).Items);
    }

    [Test]
    public async Task Handle_OfTheLargestSizes_IsKeptOrRefusedWhole()
    {
        var large = await CreateAsync([
            .. Enumerable.Range(1, 50).Select(i => Value(i, "DATA", new string('x', 5_000))),
        ]);
        var tooLarge = await Client.CreateAsync(
            Node.NewId(),
            [.. Enumerable.Range(1, 51).Select(i => Value(i, "DATA", new string('x', 5_200)))],
            overwrite: false,
            mint: false,
            Stop
        );

        Assert.That(await ValuesOfAsync(large), Has.Exactly(50).Items);
        Assert.That(tooLarge.Code, Is.Not.EqualTo(ResponseCode.Success));
    }

    [TestCase(OpCode.CreateHandle)]
    [TestCase(OpCode.DeleteHandle)]
    [TestCase(OpCode.AddValue)]
    [TestCase(OpCode.RemoveValue)]
    [TestCase(OpCode.ModifyValue)]
    [TestCase(OpCode.ListHandles)]
    [TestCase(OpCode.ListHomedPrefixes)]
    [TestCase(OpCode.HomePrefix)]
    [TestCase(OpCode.UnhomePrefix)]
    [TestCase(OpCode.Backup)]
    public void Administration_OverUdp_IsNotSupported(OpCode operation)
    {
        using var packets = Packets();

        var answer = packets.Ask(HandleWire.Message(operation, new OneHandleRequest($"{Prefix}/x").Write));

        Assert.That(answer.Header.ResponseCode, Is.EqualTo(ResponseCode.OperationNotSupported));
    }
}
