using IdResolution.Core.Access;
using IdResolution.Core.Administration;
using IdResolution.Core.Catalog;
using IdResolution.Core.CodingRules;
using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Primitives;
using IdResolution.Core.Records;
using IdResolution.Core.Registration;
using IdResolution.Core.Templates;
using IdResolution.Core.Views;
using IdResolution.Storage.Sql;
using IdResolution.Storage.Sqlite;

namespace IdResolution.Testing;

/// <summary>
/// The core over an embedded store in a temporary directory, with a clock that tests set and the prefix 88.300.1 homed.
/// </summary>
public sealed class CoreFixture : IDisposable
{
    public const string HomedPrefix = "88.300.1";

    /// <summary>Named by the configuration, and homed where a test does so.</summary>
    public const string ConfiguredPrefix = "88.300.9";

    // A store whose prefix is homed, made once; each fixture begins with a copy.
    private static readonly Lazy<Task<byte[]>> s_homed = new(MakeHomedAsync);

    private readonly string _directory;

    private CoreFixture(string directory, bool owner)
    {
        _directory = directory;
        IsOwner = owner;
        Store = SqliteStore.Open(SqliteDatabase.Open(Path.Combine(directory, SqliteDatabase.FileName), Time));
        Catalog = new CatalogHolder(Store.Documents, Time);
        Auditor = new Auditor(Store.Audit, Time);
        Documents = new DocumentEditor(Store.Documents, Catalog, Auditor, Time);
        Templates = new TemplateEditor(Documents);
        Categories = new CategoryEditor(Documents);
        Rules = new CodingRuleEditor(Documents);
        Packs = new TemplatePacks(Documents);
        Keys = new KeyIssuer(Documents, Time, new AccessPolicy(), Secrets);
        Prefixes = new PrefixHomer(Documents, [Ok(Identifier.Parse(ConfiguredPrefix + "/x")).Prefix]);
        var plant = new PlantClock(Time, TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai"));
        var sequences = new SequenceBlocks(Store.Sequences);
        var giver = new IdentifierGiver(Store.Records, sequences, Store.LostIdentifiers, plant);
        Finder = new KeyFinder(Store.Records, Catalog, Secrets);
        var items = new ItemRecognizer(Catalog, Finder, Store.LostIdentifiers, Store.Documents, Secrets, Time);
        Registrar = new Registrar(Store.Records, Catalog, giver, items, plant);
        var writer = new RecordWriter(Store.Records, Catalog, Secrets, Auditor, Time);
        Editor = new RecordEditor(writer);
        Values = new ValueEditor(writer, Catalog, items);
        ItemKeys = new BusinessKeyEditor(writer, Store.Records, Catalog, Secrets, items, Time);
        Eraser = new RecordEraser(writer, Store.Records, Catalog, Secrets, items, Auditor);
    }

    /// <summary>2026-03-01 20:00 UTC: already the 2nd of March at the plant.</summary>
    public ManualTime Time { get; } = new(new DateTimeOffset(2026, 3, 1, 20, 0, 0, TimeSpan.Zero));

    public NodeSecrets Secrets { get; } = new(new byte[NodeSecrets.KeyLength]);

    /// <summary>The database.</summary>
    public string File => Path.Combine(_directory, SqliteDatabase.FileName);

    public NodeStore Store { get; }

    public CatalogHolder Catalog { get; }

    public Auditor Auditor { get; }

    public DocumentEditor Documents { get; }

    public TemplateEditor Templates { get; }

    public CategoryEditor Categories { get; }

    public CodingRuleEditor Rules { get; }

    public TemplatePacks Packs { get; }

    public KeyIssuer Keys { get; }

    public PrefixHomer Prefixes { get; }

    public KeyFinder Finder { get; }

    public Registrar Registrar { get; }

    public RecordEditor Editor { get; }

    public ValueEditor Values { get; }

    public BusinessKeyEditor ItemKeys { get; }

    public RecordEraser Eraser { get; }

    /// <summary>An administrator's key.</summary>
    public Caller Admin { get; } = new(Role.Admin, 101, "k-admin");

    /// <summary>A registrar's key.</summary>
    public Caller Mes { get; } = new(Role.Registrar, 102, "k-mes");

    private bool IsOwner { get; }

    /// <summary>A node of its own with its prefix homed.</summary>
    public static async Task<CoreFixture> CreateAsync()
    {
        var directory = Directory.CreateTempSubdirectory("idnode-core-").FullName;
        await System.IO.File.WriteAllBytesAsync(Path.Combine(directory, SqliteDatabase.FileName), await s_homed.Value);
        var fixture = new CoreFixture(directory, owner: true);
        await fixture.Catalog.ReloadAsync(0, CancellationToken.None);
        return fixture;
    }

    /// <summary>Another node on the same database, with a catalog and sequences of its own.</summary>
    public async Task<CoreFixture> SecondNodeAsync()
    {
        var second = new CoreFixture(_directory, owner: false);
        await second.Catalog.ReloadAsync(0, CancellationToken.None);
        return second;
    }

    /// <summary>Saves and publishes a template, and its rule where a pattern is given.</summary>
    public async Task<Template> PublishAsync(Template template, string? pattern = null)
    {
        if (pattern is not null)
        {
            Ok(
                await Rules.SaveAsync(
                    new CodingRule { Code = template.Code, Pattern = pattern },
                    Admin,
                    CancellationToken.None
                )
            );
            template = template with { CodingRule = template.Code };
        }
        Ok(await Templates.SaveDraftAsync(template, Admin, CancellationToken.None));
        return Ok(await Templates.PublishAsync(template.Code, Admin, CancellationToken.None));
    }

    /// <summary>The current record as a projection shows it, or null.</summary>
    public async Task<Record?> ReadAsync(string identifier, Projection? projection = null) =>
        (await Store.Records.FindAsync(LookupKey.Of(identifier), CancellationToken.None)).Record is { } record
            ? RecordReader.Read(record, Catalog.Current, projection ?? Projection.Admin)
            : null;

    /// <summary>The value of a result, or an exception that names every fault.</summary>
    public static T Ok<T>(Result<T> result) =>
        result.IsOk
            ? result.Value
            : throw new InvalidOperationException(
                string.Join(
                    "; ",
                    result.Error.Details.Prepend(result.Error).Select(e => $"{e.Code} {e.Field}: {e.Message.En}")
                )
            );

    private static async Task<byte[]> MakeHomedAsync()
    {
        var directory = Directory.CreateTempSubdirectory("idnode-core-").FullName;
        using (var fixture = new CoreFixture(directory, owner: false))
        {
            var prefix = Ok(Identifier.Parse(HomedPrefix + "/x")).Prefix;
            Ok(await fixture.Prefixes.HomeAsync([prefix], Caller.Node, CancellationToken.None));
        }
        var bytes = await System.IO.File.ReadAllBytesAsync(Path.Combine(directory, SqliteDatabase.FileName));
        Directory.Delete(directory, recursive: true);
        return bytes;
    }

    public void Dispose()
    {
        Store.Dispose();
        Catalog.Dispose();
        if (IsOwner)
        {
            Directory.Delete(_directory, recursive: true);
        }
    }
}
