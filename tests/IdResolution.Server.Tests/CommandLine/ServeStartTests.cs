using System.Net;
using System.Net.Sockets;
using IdResolution.Server.Tests.Deployment;
using IdResolution.Server.Tests.Faults;
using IdResolution.Testing;

namespace IdResolution.Server.Tests.CommandLine;

/// <summary>Starts that cannot be: what is said, and what is left.</summary>
[TestFixture]
public sealed class ServeStartTests : CommandLineFixture
{
    private static readonly string[] s_addresses = ["--http", "--grpc", "--handle", "--snms"];

    [TestCaseSource(nameof(s_addresses))]
    public async Task Serve_AddressOfAnotherMachine_IsOneLineThatNamesTheSetting(string option)
    {
        var ran = await ServeAsync(option, "192.0.2.9:0");

        Refused(ran, $"({option}): 192.0.2.9:0 is no address of this machine");
    }

    [TestCaseSource(nameof(s_addresses))]
    public async Task Serve_TakenPort_IsOneLineThatNamesTheSetting(string option)
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();

        var ran = await ServeAsync(option, other.LocalEndpoint.ToString()!);

        Refused(ran, $"({option}): {other.LocalEndpoint} is taken");
    }

    [Test]
    public async Task Serve_PortTakenForUdp_NamesHandle()
    {
        using var other = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        var taken = other.Client.LocalEndPoint!.ToString()!;

        Refused(await ServeAsync("--handle", taken), $"(--handle): {taken} is taken");
    }

    [Test]
    public async Task Serve_EndpointOfKestrelTaken_NamesItsSetting()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        Variables["IDR__Kestrel__Endpoints__Inner__Url"] = $"http://{other.LocalEndpoint}";

        Refused(await ServeAsync("--http", "127.0.0.1:0"), "Kestrel:Endpoints:Inner:Url: ", "is taken");
    }

    [TestCase("in no folder")]
    [TestCase("taken")]
    public async Task Serve_SocketFileThatCannotBe_IsOneLineWithoutStackTrace(string fault)
    {
        var path = fault == "taken" ? Path.Combine(Root, "s") : Path.Combine(Root, "none", "s");
        using var other = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        if (fault == "taken")
        {
            other.Bind(new UnixDomainSocketEndPoint(path));
            other.Listen();
        }
        Variables["IDR__Kestrel__Endpoints__Inner__Url"] = $"http://unix:{path}";

        NotServed(await ServeAsync("--http", "127.0.0.1:0"), "Kestrel:Endpoints");
    }

    /// <summary>Kestrel takes both addresses of localhost, of which one alone is tried before it.</summary>
    [Test]
    public async Task Serve_PortTakenAfterItWasTried_IsOneLineWithoutStackTrace()
    {
        if (!Socket.OSSupportsIPv6)
        {
            Assert.Ignore("This machine has no IPv6.");
        }
        using var other = new TcpListener(IPAddress.IPv6Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;
        Variables["IDR__Kestrel__Endpoints__Inner__Url"] = $"http://localhost:{port}";

        // The port may be taken on IPv4 too, by any other program.
        NotServed(await ServeAsync("--http", "127.0.0.1:0"), "Kestrel:Endpoints");
    }

    [Test]
    public async Task Serve_SeveralAddressesWrong_NamesThemAll()
    {
        var ran = await RunAsync([
            "serve",
            "--data",
            Data,
            "--prefix",
            Prefix,
            .. s_addresses.SelectMany(option => new[] { option, "192.0.2.9:0" }),
        ]);

        Refused(ran, s_addresses);
        Assert.That(ran.Error.TrimEnd().Split('\n'), Has.Length.EqualTo(s_addresses.Length));
    }

    [Test]
    public async Task Serve_OnePortForTwoSettings_NamesTheSecond()
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        var port = free.LocalEndpoint.ToString()!;
        free.Stop();
        string[] addresses = ["--http", port, "--grpc", port, "--handle", "127.0.0.1:0"];

        var ran = await RunAsync(["serve", "--data", Data, "--prefix", Prefix, .. addresses]);

        Refused(ran, $"(--grpc): {port} is taken by another program, or by another setting");
    }

    [Test]
    public async Task Serve_CertificateMissing_NamesItsSettingWithoutStackTrace()
    {
        Variables["IDR__Kestrel__Endpoints__Https__Url"] = "https://127.0.0.1:0";
        Variables["IDR__Kestrel__Endpoints__Https__Certificate__Path"] = "/nowhere/tls.crt";
        Variables["IDR__Kestrel__Endpoints__Https__Certificate__KeyPath"] = "/nowhere/tls.key";

        Refused(await ServeAsync("--http", "127.0.0.1:0"), "Kestrel:Endpoints:Https:Certificate: /nowhere/tls.crt");
    }

    [Test]
    [Category(Lane.Process)]
    public void Serve_PortBelow1024AsAPlainUser_SaysWhatItNeeds()
    {
        Programs.Require("setpriv");
        if (Environment.UserName != "root")
        {
            Assert.Ignore("Changing to another user needs root.");
        }
        string[] user = ["--reuid=65534", "--regid=65534", "--clear-groups", "--inh-caps=-all", "--bounding-set=-all"];
        string[] addresses = ["--http", "127.0.0.1:80", "--grpc", "127.0.0.1:0", "--handle", "127.0.0.1:0"];

        var (code, output, errors) = Tool.Run(
            "setpriv",
            [
                .. user,
                NodeProcess.Executable,
                "serve",
                "--data",
                "/tmp/idnode-not-made",
                "--prefix",
                Prefix,
                .. addresses,
            ]
        );

        if (
            errors.Contains("appsettings.json", StringComparison.Ordinal)
            || errors.Contains("denied", StringComparison.Ordinal)
        )
        {
            Assert.Ignore($"Another user may not run the node here: {errors}");
        }
        Assert.That((code, output), Is.EqualTo((2, Array.Empty<byte>())), errors);
        Assert.That(errors.TrimEnd(), Does.StartWith("Http (--http): 127.0.0.1:80 ").And.Not.Contain("\n"));
        Assert.That(Directory.Exists("/tmp/idnode-not-made"), Is.False);
    }

    [TestCase("init")]
    [TestCase("serve", "--http", "127.0.0.1:0", "--grpc", "127.0.0.1:0", "--handle", "127.0.0.1:0")]
    [TestCase("restore", "no-file.db")]
    [TestCase("key", "list")]
    public async Task Verb_Failed_LeavesNoDirectory(params string[] verb)
    {
        var ran = await RunAsync([.. verb, "--data", Path.Combine(Root, "a", "b")]);

        Assert.That(ran.Code, Is.EqualTo(2), ran.Error);
        Assert.That(Directory.EnumerateFileSystemEntries(Root), Is.Empty);
    }

    [TestCase("init")]
    [TestCase("serve", "--http", "127.0.0.1:0", "--grpc", "127.0.0.1:0", "--handle", "127.0.0.1:0")]
    [TestCase("key", "list")]
    public async Task Verb_FailedInADirectoryThatIsThere_LeavesItAsItWas(params string[] verb)
    {
        await InitAsync(Path.Combine(Root, "other"));
        Directory.CreateDirectory(Data);
        File.Copy(Path.Combine(Root, "other", "secrets.key"), Path.Combine(Data, "secrets.key"));

        var ran = await RunAsync([.. verb, "--data", Data]);

        Assert.That(ran.Code, Is.EqualTo(2), ran.Error);
        var left = Directory.EnumerateFileSystemEntries(Data).Select(Path.GetFileName);
        Assert.That(left, Is.EqualTo(new[] { "secrets.key" }));
    }

    [Test]
    public async Task Init_FailedOnADatabaseThatIsThere_LeavesTheDatabase()
    {
        await InitAsync();
        File.Delete(Path.Combine(Data, "secrets.key"));

        var ran = await RunAsync("init", "--data", Data, "--prefix", Prefix);

        Assert.That(ran.Code, Is.EqualTo(2));
        Assert.That(File.Exists(Path.Combine(Data, "idnode.db")));
    }

    [Test]
    [Category(Lane.Process)]
    public async Task Files_WhateverTheMask_AreTheOwnersAlone()
    {
        var idnode = NodeProcess.Executable;
        var script = $"""
            umask 0
            cd {Root}
            {idnode} init --data {Data} --prefix {NodeProcess.Prefix} > /dev/null &&
            {idnode} backup backup.db --data {Data} > /dev/null &&
            {idnode} export --data {Data} --output all.jsonl
            """;

        var (code, _, errors) = Tool.Run("sh", "-c", script);

        Assert.That(code, Is.Zero, errors);
        using var node = await NodeProcess.StartAsync(Data, "none");
        Assert.That(Below(Root).Select(f => f.Name), Does.Contain("idnode.db-wal").And.Contain("log.head"));
        Assert.That(Below(Root).Where(f => f.Mode != (f.IsDirectory ? 0b111_000_000 : 0b110_000_000)), Is.Empty);
        Assert.That(node.Errors, Does.Not.Contain("[85]"));
    }

    [Test]
    [Category(Lane.Process)]
    public async Task Start_LooserFilesOfBefore_AreNamedOnce()
    {
        await InitAsync();
        Assert.That(Tool.Run("chmod", "0755", Data).ExitCode, Is.Zero);
        Assert.That(Tool.Run("chmod", "0644", Path.Combine(Data, "idnode.db")).ExitCode, Is.Zero);

        using var node = await NodeProcess.StartAsync(Data, "none", start => start.Environment["IDR__Htp"] = "x");

        var warnings = node.Errors.Split('\n').Where(l => l.Contains("[85]", StringComparison.Ordinal)).ToList();
        Assert.That(warnings, Has.Count.EqualTo(1), node.Errors);
        Assert.That(warnings[0], Does.Contain($"{Data}, ").And.Contain("idnode.db").And.Not.Contain("secrets.key"));
        Assert.That(node.Errors, Does.Contain("[86]").And.Contain("IDR__Htp: ").And.Contain("IDR__Http."));
    }

    private static IEnumerable<(string Name, int Mode, bool IsDirectory)> Below(string folder) =>
        Directory
            .EnumerateFileSystemEntries(folder, "*", SearchOption.AllDirectories)
            .Select(f => (Path.GetFileName(f), Mode(f), Directory.Exists(f)));

    private static int Mode(string file) => OperatingSystem.IsWindows() ? 0 : (int)File.GetUnixFileMode(file);

    private Task<Ran> ServeAsync(string option, string address) =>
        RunAsync([
            "serve",
            "--data",
            Data,
            "--prefix",
            Prefix,
            .. s_addresses.SelectMany(o => new[] { o, o == option ? address : "127.0.0.1:0" }),
        ]);

    private void Refused(Ran ran, params string[] parts)
    {
        NotServed(ran, parts);
        Assert.That(Directory.Exists(Data), Is.False);
    }

    private static void NotServed(Ran ran, params string[] parts)
    {
        Assert.That(ran.Code, Is.EqualTo(2), ran.Error);
        foreach (var part in parts)
        {
            Assert.That(ran.Error, Does.Contain(part));
        }
        Assert.That(ran.Error, Does.Not.Contain("   at ").And.Not.Contain("Exception"));
    }
}
