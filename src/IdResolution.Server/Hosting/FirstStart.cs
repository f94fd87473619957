using IdResolution.Core.Access;
using IdResolution.Core.Administration;
using IdResolution.Core.Catalog;
using IdResolution.Core.Coherence;
using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Leases;
using IdResolution.Core.Primitives;
using IdResolution.Server.Options;

namespace IdResolution.Server.Hosting;

/// <summary>
/// Writes what a node needs before it can be used: the name of its log, homed prefixes, templates and a first key.
/// </summary>
internal sealed class FirstStart(
    FirstStartEditors editors,
    CatalogHolder catalog,
    LogFollower tail,
    ILeaseStore leases,
    NodeName name,
    NodeOptions options
)
{
    private const string LeaseName = "initialize";

    /// <summary>True if prefixes, templates or keys are missing.</summary>
    public bool IsNeeded =>
        catalog.Current is not { Keys.Count: > 0, TemplateCodes.Count: > 0 }
        || Prefixes(options).Exists(p => !catalog.Current.IsHomed(p.Text));

    /// <summary>The prefixes in the settings. The settings must be valid.</summary>
    public static List<Prefix> Prefixes(NodeOptions options) =>
        options.Prefixes.ConvertAll(p =>
            Prefix.TryParse(p, out var prefix)
                ? prefix
                : throw new InvalidOperationException("Options are validated before.")
        );

    /// <summary>
    /// Names the log, homes the configured prefixes, imports the fuel-cell pack if there is no template, and creates an
    /// admin key if there is no key. Gives the new key and its text, or null. A second call changes nothing.
    /// </summary>
    public async Task<(ApiKey Key, string Text)?> InitializeAsync(CancellationToken cancellationToken)
    {
        if (!IsNeeded)
        {
            return null;
        }
        var prefixes = Prefixes(options);
        // If several nodes start on an empty store, one of them writes and the others wait.
        Lease? lease;
        while (
            (lease = await leases.TakeAsync(LeaseName, name.ToString(), LeaseKeeper.Life, cancellationToken)) is null
        )
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), cancellationToken);
        }
        try
        {
            await tail.CatchUpAsync(cancellationToken);
            return await InitializeAsync(prefixes, cancellationToken);
        }
        finally
        {
            await leases.ReleaseAsync(lease, CancellationToken.None);
        }
    }

    private async Task<(ApiKey Key, string Text)?> InitializeAsync(
        List<Prefix> prefixes,
        CancellationToken cancellationToken
    )
    {
        if (catalog.Current.Log is null)
        {
            Must(await editors.Log.BeginAsync(options.PublicUrl, cancellationToken));
        }
        if (prefixes.Exists(p => !catalog.Current.IsHomed(p.Text)))
        {
            Must(await editors.Prefixes.HomeAsync(prefixes, Caller.Node, cancellationToken));
        }
        if (catalog.Current.Prefixes.Count == 0)
        {
            throw new OperatorException(
                "No prefix is homed yet: name the company's prefix with --prefix, such as --prefix 88.300.15907541011.",
                "尚无归属前缀：请用 --prefix 给出企业的前缀，例如 --prefix 88.300.15907541011。"
            );
        }
        if (catalog.Current.TemplateCodes.Count == 0)
        {
            Must(await editors.Packs.ImportAsync(FuelCellPack.Newest(), Caller.Node, cancellationToken));
        }
        return catalog.Current.Keys.Count > 0
            ? null
            : Must(
                await editors.Keys.CreateAsync(
                    new NewKey(Role.Admin, "first admin key"),
                    Caller.Node,
                    cancellationToken
                )
            );
    }

    private static T Must<T>(Result<T> result) =>
        result.IsOk
            ? result.Value
            : throw new OperatorException(Lines(result.Error, Language.English), Lines(result.Error, Language.Chinese));

    private static string Lines(Error error, Language language) =>
        string.Join(
            Environment.NewLine,
            error.Details.Prepend(error).Select(e => $"{e.Field}: {e.Message.In(language)}").Distinct()
        );
}
