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
using IdResolution.Storage.Sql;
using IdResolution.Storage.Sqlite;

namespace IdResolution.Storage.Tests.Embedded;

/// <summary>
/// The core over an embedded file, with one template, as a node composes it: what maintenance is tested with.
/// </summary>
internal sealed class EmbeddedNode : IDisposable
{
    public const string Prefix = "88.300.1";

    private readonly CatalogHolder _catalog;

    private EmbeddedNode(string file, TimeProvider time)
    {
        File = file;
        Store = SqliteStore.Open(SqliteDatabase.Open(file, time));
        _catalog = new CatalogHolder(Store.Documents, time);
        Auditor = new Auditor(Store.Audit, time);
        Documents = new DocumentEditor(Store.Documents, _catalog, Auditor, time);
        var plant = new PlantClock(time, TimeZoneInfo.Utc);
        var sequences = new SequenceBlocks(Store.Sequences);
        var giver = new IdentifierGiver(Store.Records, sequences, Store.LostIdentifiers, plant);
        Finder = new KeyFinder(Store.Records, _catalog, Secrets);
        var items = new ItemRecognizer(_catalog, Finder, Store.LostIdentifiers, Store.Documents, Secrets, time);
        Registrar = new Registrar(Store.Records, _catalog, giver, items, plant);
        var writer = new RecordWriter(Store.Records, _catalog, Secrets, Auditor, time);
        Editor = new RecordEditor(writer);
        Values = new ValueEditor(writer, _catalog, items);
        ItemKeys = new BusinessKeyEditor(writer, Store.Records, _catalog, Secrets, items, time);
        Eraser = new RecordEraser(writer, Store.Records, _catalog, Secrets, items, Auditor);
    }

    /// <summary>The secrets of all nodes of a test.</summary>
    public static NodeSecrets Secrets { get; } = new(new byte[NodeSecrets.KeyLength]);

    public string File { get; }

    public NodeStore Store { get; }

    public Auditor Auditor { get; }

    public DocumentEditor Documents { get; }

    public KeyFinder Finder { get; }

    public Registrar Registrar { get; }

    public RecordEditor Editor { get; }

    public ValueEditor Values { get; }

    public BusinessKeyEditor ItemKeys { get; }

    public RecordEraser Eraser { get; }

    public static async Task<EmbeddedNode> OpenAsync(string file, TimeProvider? time = null)
    {
        var node = new EmbeddedNode(file, time ?? TimeProvider.System);
        await node._catalog.ReloadAsync(0, CancellationToken.None);
        if (node._catalog.Current.TemplateCodes.Count == 0)
        {
            await node.Store.Settings.GetOrAddAsync(NodeStore.KeyFingerprintSetting, Secrets.Fingerprint).Soon();
            Assert.That(Core.Identifiers.Prefix.TryParse(Prefix, out var prefix));
            Must(
                await new PrefixHomer(node.Documents, [])
                    .HomeAsync([prefix!], Caller.Node, CancellationToken.None)
                    .Soon()
            );
            Must(await new TemplatePacks(node.Documents).ImportAsync(Pack, Caller.Node, CancellationToken.None).Soon());
        }
        return node;
    }

    /// <summary>Registers a cell with a serial number.</summary>
    public Task<Registered> RegisterAsync(
        string serial,
        string power = "-1.5",
        string? identifier = null,
        bool reinstate = false
    ) =>
        MustAsync(
            Registrar.RegisterAsync(
                new RegistrationRequest
                {
                    Template = "cell",
                    Identifier = identifier,
                    Source = "mes",
                    SourceKey = serial,
                    Reinstate = reinstate,
                    Attributes =
                    [
                        new("serial", InputValue.OfText(serial)),
                        new("power", InputValue.OfNumber(power)),
                        new(
                            "tags",
                            InputValue.OfList([InputValue.OfText("红"), InputValue.OfText("a"), InputValue.OfText("a")])
                        ),
                        new("note", InputValue.OfText("note of " + serial)),
                    ],
                },
                Caller.CommandLine,
                CancellationToken.None
            )
        );

    public Task<Registered> UpdateAsync(Registered record, string attribute, string value) =>
        MustAsync(
            Editor.UpdateAsync(
                IdentifierOf(record),
                new RecordPatch { Attributes = [new(attribute, InputValue.OfText(value))] },
                null,
                Caller.CommandLine,
                CancellationToken.None
            )
        );

    public Task<Registered> RevokeAsync(Registered record) =>
        MustAsync(Editor.RevokeAsync(IdentifierOf(record), null, Caller.CommandLine, CancellationToken.None));

    public Task<Registered> EraseAsync(Registered record, params string[] codes) =>
        MustAsync(Eraser.EraseAsync(IdentifierOf(record), codes, Caller.CommandLine, CancellationToken.None));

    public static Identifier IdentifierOf(Registered record)
    {
        Assert.That(Identifier.TryParse(Core.Records.RecordState.IdentifierOf(record.Record), out var identifier));
        return identifier!;
    }

    public void Dispose()
    {
        Store.Dispose();
        _catalog.Dispose();
    }

    private static TemplatePack Pack =>
        new()
        {
            CodingRules = [new CodingRule { Code = "cell", Pattern = "CELL-{seq:6}{check}" }],
            Templates =
            [
                new Template
                {
                    Code = "cell",
                    CodingRule = "cell",
                    Attributes =
                    [
                        new AttributeDefinition
                        {
                            Code = "serial",
                            Type = AttributeType.Text,
                            Required = true,
                            Unique = true,
                            Searchable = true,
                        },
                        new AttributeDefinition
                        {
                            Code = "power",
                            Type = AttributeType.Decimal,
                            Searchable = true,
                        },
                        new AttributeDefinition
                        {
                            Code = "tags",
                            Type = AttributeType.Text,
                            Repeated = true,
                            Searchable = true,
                        },
                        new AttributeDefinition { Code = "note", Type = AttributeType.Text },
                    ],
                },
            ],
        };

    private static async Task<T> MustAsync<T>(Task<Result<T>> result) => Must(await result.Soon());

    private static T Must<T>(Result<T> result) =>
        result.IsOk
            ? result.Value
            : throw new AssertionException(
                $"{result.Error.Message.En} {string.Join(' ', result.Error.Details.Select(d => d.Message.En))}"
            );
}
