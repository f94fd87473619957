using System.Buffers;
using System.Text;
using System.Text.Json;
using IdResolution.Core.Access;
using IdResolution.Core.Administration;
using IdResolution.Core.Catalog;
using IdResolution.Core.Documents;
using IdResolution.Core.Errors;
using IdResolution.Core.Primitives;
using IdResolution.Core.Templates;
using IdResolution.Fuzzing.Driver;
using IdResolution.Server.CommandLine.Templates;
using IdResolution.Server.Http;
using IdResolution.Server.Options;
using IdResolution.Server.Rest;

namespace IdResolution.Fuzzing.Targets;

/// <summary>
/// Template packs, as the call of REST and the command read them, and their import. A pack that was imported changes
/// nothing when it comes again, nor does what is exported then.
/// </summary>
internal sealed class PacksTarget : FuzzTarget
{
    private static readonly Document[] s_prefix =
    [
        .. Samples.Catalog.FindDocument(Core.ChangeLog.LogKind.Prefix, "88.300") is { } prefix
            ? [prefix]
            : Array.Empty<Document>(),
    ];

    public override string Name => "packs";

    // Regular expressions of attributes.
    public override long AllocationBase => 8 << 20;

    public override long AllocationPerByte => 4_000;

    public override IReadOnlyList<string> Tokens =>
        [
            "{",
            "}",
            "[",
            "]",
            ":",
            ",",
            "\"",
            "null",
            "true",
            "false",
            "0",
            "2000",
            "-1",
            "1e3",
            "99999999999",
            "\\u0041",
            "\\ud800",
            "\"pack\":",
            "\"version\":",
            "\"names\":",
            "\"en\":",
            "\"zh\":",
            "\"categories\":",
            "\"code\":",
            "\"parent\":",
            "\"codingRules\":",
            "\"pattern\":",
            "\"prefix\":",
            "\"skipLookAlikes\":",
            "\"templates\":",
            "\"state\":\"published\"",
            "\"identifier\":",
            "\"description\":",
            "\"category\":",
            "\"codingRule\":",
            "\"copiedFrom\":",
            "\"attributes\":",
            "\"type\":",
            "\"text\"",
            "\"integer\"",
            "\"decimal\"",
            "\"date-time\"",
            "\"choice\"",
            "\"reference\"",
            "\"unit\":",
            "\"unitNames\":",
            "\"required\":",
            "\"repeated\":",
            "\"unique\":",
            "\"minimum\":",
            "\"maximum\":",
            "\"minLength\":",
            "\"maxLength\":",
            "\"choices\":",
            "\"choiceNames\":",
            "\"index\":",
            "\"visibility\":\"public\"",
            "\"searchable\":",
            "a",
            "mea",
            "88.300",
            "MEA-{seq:5}{check}",
            "{attr:a}",
            "(a|b)*",
            "[a-z]{1,50}",
            "(?=a)",
            "\\\\1",
            "(a{1000}){1000}",
            "\\\\w+",
            "(",
            "x{0,100}",
        ];

    /// <summary>As the call reads it, and with a blank behind as the command does: the length chooses.</summary>
    public override IEnumerable<byte[]> Seeds() =>
        Packs().Select(Encoding.UTF8.GetBytes).SelectMany(pack => new[] { pack, [.. pack, (byte)' '] });

    private static IEnumerable<string> Packs()
    {
        yield return """
            {"pack":"p","version":1,"names":{"en":"P","zh":"包"},
             "categories":[{"code":"c","names":{"en":"C"}},{"code":"d","parent":"c"}],
             "codingRules":[{"code":"r","pattern":"MEA-{date:yyMMdd}-{attr:a}-{seq:5}{check}"}],
             "templates":[{"code":"mea","category":"d","codingRule":"r","attributes":[
              {"code":"a","type":"text","required":true,"pattern":"[A-Z0-9]+","maxLength":9,"visibility":"public"},
              {"code":"b","type":"decimal","minimum":-1.5,"maximum":"9","unit":"mm","unitNames":{"zh":"毫米"}},
              {"code":"c","type":"choice","choices":["x","y"],"choiceNames":{"x":{"en":"X"}},"repeated":true}]}]}
            """;
        yield return """{"templates":[{"code":"t","attributes":[{"code":"a","type":"date-time","minimum":"2020-01-01T00:00:00Z","index":2005,"unique":true}]}]}""";
        yield return """{"templates":[{"code":"t"},{"code":"u","prefix":"88.300"}]}""";
    }

    public override void Take(byte[] input)
    {
        if (input.Length % 2 == 1)
        {
            TakeFile(input);
            return;
        }
        if (!JsonBody.Parse(new ReadOnlySequence<byte>(input)).TryGet(out var json, out _))
        {
            return;
        }
        using (json)
        {
            if (TypedBody.Read(json.RootElement, CatalogJson.Default.TemplatePack).TryGet(out var pack, out _))
            {
                Import(pack);
            }
        }
    }

    private static void TakeFile(byte[] input)
    {
        TemplatePack pack;
        try
        {
            pack = TemplateImportCommand.Read("pack.json", input);
        }
        catch (OperatorException)
        {
            return;
        }
        Import(pack);
    }

    private static void Import(TemplatePack pack)
    {
        using var node = new Node();
        var written = node.Import(pack);
        if (!written.TryGet(out var done, out var error))
        {
            Hold.That(error.Message.En.Length > 0, "What is refused has a reason.");
            Hold.That(node.Store.Documents.Count == s_prefix.Length, "What is refused changes nothing.");
            return;
        }
        Hold.That(node.Store.Documents.Count == s_prefix.Length + done.Count, "As much is written as is told.");
        var before = node.Store.ToString();
        Hold.That(node.Import(pack) is { IsOk: true, Value.Count: 0 }, "A pack that comes again changes nothing.");
        if (!node.Packs.Export([], Caller.CommandLine).TryGet(out var exported, out error))
        {
            throw new FindingException(error.Message.En);
        }
        var json = JsonSerializer.SerializeToUtf8Bytes(exported, CatalogJson.Default.TemplatePack);
        Hold.That(JsonBody.Parse(new ReadOnlySequence<byte>(json)).TryGet(out var body, out _), "An export is JSON.");
        using (body)
        {
            Hold.That(
                TypedBody.Read(body.RootElement, CatalogJson.Default.TemplatePack).TryGet(out var again, out error),
                $"What is exported is read: {error?.Message.En}"
            );
            var result = node.Import(again);
            Hold.That(
                result is { IsOk: true, Value.Count: 0 },
                $"What was exported changes nothing: {result.Error?.Message.En}"
            );
        }
        Hold.Same(node.Store.ToString(), before, "The catalog stays as it is.");
    }

    private sealed class Node : IDisposable
    {
        private readonly CatalogHolder _catalog;

        public Node()
        {
            _catalog = new CatalogHolder(Store, TimeProvider.System);
            _catalog.ReloadAsync(0, CancellationToken.None).GetAwaiter().GetResult();
            var auditor = new Auditor(new NoAudit(), TimeProvider.System);
            Packs = new TemplatePacks(new DocumentEditor(Store, _catalog, auditor, TimeProvider.System));
        }

        public DocumentsInMemory Store { get; } = new([.. s_prefix]);

        public TemplatePacks Packs { get; }

        public Result<ImportedPack> Import(TemplatePack pack) =>
            Packs.ImportAsync(pack, Caller.CommandLine, CancellationToken.None).GetAwaiter().GetResult();

        public void Dispose() => _catalog.Dispose();
    }

    private sealed class DocumentsInMemory(List<Document> documents) : IDocumentStore
    {
        public List<Document> Documents => documents;

        public ValueTask<(IReadOnlyList<Document> Documents, long Head)> LoadAsync(
            CancellationToken cancellationToken
        ) => new(([.. documents], documents.Max(d => d.Sequence)));

        public ValueTask<StatePage<DocumentVersion>> HistoryAsync(
            long objectNumber,
            long before,
            int limit,
            CancellationToken cancellationToken
        ) => throw new NotSupportedException("No pack asks for it.");

        public Task<Result<IReadOnlyList<Document>>> WriteAsync(
            IReadOnlyList<DocumentWrite> writes,
            CancellationToken cancellationToken
        )
        {
            var written = new List<Document>();
            foreach (var write in writes)
            {
                var number = documents.Max(d => d.Sequence) + 1;
                Hold.That(write.ExpectedVersion == 0, "A new node has no document of this code.");
                written.Add(new Document(write.Kind, write.Code, number, 1, number, write.Json));
                documents.Add(written[^1]);
            }
            return Task.FromResult<Result<IReadOnlyList<Document>>>(written);
        }

        public override string ToString() => string.Join('\n', documents.Select(d => d.Code + d.Json));
    }

    private sealed class NoAudit : IAuditStore
    {
        public Task AppendAsync(IReadOnlyList<AuditEvent> events, CancellationToken cancellationToken) =>
            Task.CompletedTask;

        public ValueTask<IReadOnlyList<AuditEvent>> ReadAsync(
            AuditQuery query,
            int limit,
            CancellationToken cancellationToken
        ) => new([]);

        public ValueTask<IReadOnlyList<AuditEvent>> FollowAsync(
            long after,
            int limit,
            CancellationToken cancellationToken
        ) => new([]);

        public ValueTask<IReadOnlyList<AuditEvent>> FirstsAsync(CancellationToken cancellationToken) => new([]);

        public ValueTask<IReadOnlyList<AuditHead>> HeadsAsync(CancellationToken cancellationToken) => new([]);

        public ValueTask<long?> FindCursorAsync(string reader, CancellationToken cancellationToken) => new((long?)null);

        public Task MoveCursorAsync(string reader, long line, CancellationToken cancellationToken) =>
            Task.CompletedTask;

        public Task TrimAsync(long before, long maxLines, CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
