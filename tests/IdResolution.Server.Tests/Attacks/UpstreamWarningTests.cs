using IdResolution.Server.Hosting;
using IdResolution.Server.Options;
using IdResolution.Testing;

namespace IdResolution.Server.Tests.Attacks;

/// <summary>What others could learn of the way to the secondary node is named at the start.</summary>
[TestFixture]
public sealed class UpstreamWarningTests
{
    [TestCase("http://snms.example.com:8000", "snms.example.com:8000")]
    [TestCase("http://10.0.0.7/snms", "10.0.0.7")]
    [TestCase("https://snms.example.com", null)]
    [TestCase("http://127.0.0.1:8000", null)]
    [TestCase("http://localhost:8000", null)]
    [TestCase("", null)]
    public void Clear_OfAnAddress_NamesItWhereOthersCanListen(string url, string? named)
    {
        var warning = UpstreamWarnings.Clear(new UpstreamOptions { Url = url });

        Assert.That(warning is not null, Is.EqualTo(named is not null));
        if (named is not null)
        {
            Assert.That(warning!.Value.En, Does.Contain($" in the clear to {named} (Upstream:Url)"));
            Assert.That(warning.Value.Zh, Does.Contain($"明文发送至 {named}（Upstream:Url）"));
        }
    }

    [TestCase(UnixFileMode.UserRead, false)]
    [TestCase(UnixFileMode.UserRead | UnixFileMode.GroupRead, true)]
    [TestCase(UnixFileMode.UserRead | UnixFileMode.OtherWrite, true)]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public void LooseSecret_OfAFile_NamesItWhereOthersMayUseIt(UnixFileMode mode, bool isLoose)
    {
        using var directory = new TemporaryDirectory();
        var file = directory.File("secret");
        File.WriteAllText(file, "x");
        File.SetUnixFileMode(file, mode);
        var options = new UpstreamOptions { Url = "https://snms.example.com", SecretFile = file };

        Assert.That(UpstreamWarnings.LooseSecret(options), Is.EqualTo(isLoose ? file : null));
        options.Url = null;
        Assert.That(UpstreamWarnings.LooseSecret(options), Is.Null, "it is not used");
    }
}
