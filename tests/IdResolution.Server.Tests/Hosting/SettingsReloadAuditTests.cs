using IdResolution.Core.Access;
using IdResolution.Server.Tests.Rest;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace IdResolution.Server.Tests.Hosting;

/// <summary>Settings that change while the node runs leave a line that says which, and what they are now.</summary>
[TestFixture]
public sealed class SettingsReloadAuditTests : NodeFixture
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private int _seen;

    [Test]
    public async Task Reload_ChangedSettings_AreAnActEach()
    {
        await ReloadAsync(("Access:HandleLegacy", "true"), ("Limits:BodyBytes", "70000"));

        var lines = await NextAsync(2);
        Assert.That(
            lines.Select(l => (l.Kind, l.Caller, l.Outcome, l.Source, l.Trace, l.OsUser)),
            Is.All.EqualTo((AuditKind.Act, "node", "done", "", "", ""))
        );
        Assert.That(
            lines.Select(l => l.Target),
            Is.EquivalentTo(["Access:HandleLegacy=True", "Limits:BodyBytes=70000"])
        );
        Assert.That(lines.Select(l => l.Node), Has.All.Not.Empty);

        // The same settings again are no change, and settings that cannot be used change nothing.
        await ReloadAsync();
        Server.Log.Expect("SettingsRefused", "Limits:BodyBytes");
        await ReloadAsync(("Limits:BodyBytes", "-1"));
        var seen = _seen;
        await ReloadAsync(("Limits:BodyBytes", "80000"));
        _seen = seen;
        Assert.That((await NextAsync(1)).Single().Target, Is.EqualTo("Limits:BodyBytes=80000"));
    }

    [Test]
    public async Task Reload_MoreSettingsThanALineHolds_AreAllNamed()
    {
        string[] changed =
        [
            "Limits:BatchBytes=33554433",
            "Limits:HttpConnections=20001",
            "Limits:ConnectionsPerSource=2001",
            "Limits:HandleConnections=20001",
            "Limits:HandleIdleSeconds=301",
            "Drain:Seconds=7",
            "Access:HandlePasswords=True",
            "Access:AnonymousReads=False",
            "Access:AuditorsOnly=True",
        ];
        await ReloadAsync([.. changed.Select(c => c.Split('=')).Select(c => (c[0], c[1]))]);

        Assert.That((await NextAsync(changed.Length)).Select(l => l.Target), Is.EquivalentTo(changed));
    }

    private async Task ReloadAsync(params (string Name, string Value)[] settings)
    {
        _seen = (await LinesAsync()).Count;
        var configuration = (IConfigurationRoot)Server.Services.GetRequiredService<IConfiguration>();
        foreach (var (name, value) in settings)
        {
            configuration[name] = value;
        }
        configuration.Reload();
    }

    /// <summary>Waits for so many lines since the last change.</summary>
    private async Task<List<AuditEvent>> NextAsync(int count)
    {
        using var patience = new CancellationTokenSource(s_patience);
        while (true)
        {
            var lines = await LinesAsync();
            if (lines.Count >= _seen + count)
            {
                return lines[_seen..];
            }
            await Task.Delay(20, patience.Token);
        }
    }

    private async Task<List<AuditEvent>> LinesAsync() =>
        [
            .. (await Server.Node.Store.Audit.FollowAsync(0, 1_000, CancellationToken.None)).Where(l =>
                l.Action == "settings.reload"
            ),
        ];
}
