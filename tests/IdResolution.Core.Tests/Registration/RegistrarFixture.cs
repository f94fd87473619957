using IdResolution.Core.Access;
using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Records;
using IdResolution.Core.Registration;
using IdResolution.Core.Templates;
using IdResolution.Testing;

namespace IdResolution.Core.Tests.Registration;

/// <summary>
/// A node of its own for each test, with a template <c>mea</c> whose identifiers a coding rule gives.
/// </summary>
public abstract class RegistrarFixture
{
    protected const string P = CoreFixture.HomedPrefix;

    private CoreFixture? _node;

    protected static Template Mea { get; } =
        new()
        {
            Code = "mea",
            Attributes =
            [
                new AttributeDefinition
                {
                    Code = "line",
                    Required = true,
                    MaxLength = 5,
                },
                new AttributeDefinition
                {
                    Code = "thickness",
                    Type = AttributeType.Decimal,
                    Minimum = "0",
                    Maximum = "1000",
                    Searchable = true,
                },
                new AttributeDefinition { Code = "count", Type = AttributeType.Integer },
                new AttributeDefinition { Code = "serial", Unique = true },
                new AttributeDefinition
                {
                    Code = "tags",
                    Repeated = true,
                    Searchable = true,
                },
                new AttributeDefinition { Code = "old", State = AttributeState.Disabled },
            ],
        };

    protected CoreFixture Node => _node!;

    [SetUp]
    public async Task OpenNodeAsync()
    {
        _node = await CoreFixture.CreateAsync();
        await _node.PublishAsync(Mea, "MEA-{date:yyMMdd}-{seq:3}");
    }

    [TearDown]
    public void CloseNode() => _node?.Dispose();

    /// <summary>A registration of line L1 with more attributes: <c>("thickness", "25")</c>.</summary>
    protected static RegistrationRequest Item(params (string Code, string Value)[] attributes) =>
        new()
        {
            Template = "mea",
            Attributes =
            [
                .. new[] { ("line", "L1") }
                    .Concat(attributes)
                    .Select(a => KeyValuePair.Create(a.Item1, InputValue.OfText(a.Item2))),
            ],
        };

    protected static RegistrationRequest Keyed(string key, params (string Code, string Value)[] attributes) =>
        Item(attributes) with
        {
            Source = "mes",
            SourceKey = key,
        };

    protected static RecordPatch Patch(params (string Code, string? Value)[] attributes) =>
        new()
        {
            Attributes =
            [
                .. attributes.Select(a =>
                    KeyValuePair.Create(a.Code, a.Value is null ? InputValue.Null : InputValue.OfText(a.Value))
                ),
            ],
        };

    protected static RawValue Raw(int index, string type = "EMAIL", string data = "a@example.com") =>
        new()
        {
            Index = index,
            Type = type,
            Data = System.Text.Encoding.UTF8.GetBytes(data),
        };

    protected Task<Result<Registered>> TryRegisterAsync(RegistrationRequest request, Caller? caller = null) =>
        Node
            .Registrar.RegisterAsync(
                request,
                caller ?? (request.Values.Any(v => v.IsGranting) ? Node.Admin : Node.Mes),
                CancellationToken.None
            )
            .WaitAsync(TimeSpan.FromSeconds(30));

    protected async Task<Registered> RegisterAsync(RegistrationRequest request) =>
        CoreFixture.Ok(await TryRegisterAsync(request));

    protected async Task<Error> RefusedAsync(RegistrationRequest request, Caller? caller = null)
    {
        var head = await Node.Store.Log.HeadAsync(CancellationToken.None);
        var result = await TryRegisterAsync(request, caller);
        Assert.That(result.IsOk, Is.False, "should be refused");
        Assert.That(await Node.Store.Log.HeadAsync(CancellationToken.None), Is.EqualTo(head), "nothing is stored");
        return result.Error!;
    }

    protected Task<Result<Registered>> TryUpdateAsync(
        string identifier,
        RecordPatch patch,
        long? version = null,
        Caller? caller = null
    ) =>
        Node
            .Editor.UpdateAsync(
                Id(identifier),
                patch,
                version,
                caller ?? (patch.Values?.Any(v => v.IsGranting) == true ? Node.Admin : Node.Mes),
                CancellationToken.None
            )
            .WaitAsync(TimeSpan.FromSeconds(60));

    protected async Task<Registered> UpdateAsync(string identifier, RecordPatch patch, long? version = null) =>
        CoreFixture.Ok(await TryUpdateAsync(identifier, patch, version));

    protected async Task RevokeAsync(string identifier) =>
        CoreFixture.Ok(await Node.Editor.RevokeAsync(Id(identifier), null, Node.Mes, CancellationToken.None));

    protected Task<Result<Registered>> TryEraseAsync(string identifier, params string[] codes) =>
        Node.Eraser.EraseAsync(Id(identifier), codes, Node.Admin, CancellationToken.None);

    protected async Task<IReadOnlyList<RecordVersion>> HistoryAsync(string identifier)
    {
        var record = (await Node.Store.Records.FindAsync(LookupKey.Of(identifier), CancellationToken.None)).Record!;
        return await Node.Store.Records.HistoryAsync(record.Object, 0, 100, CancellationToken.None);
    }

    protected async Task<string?> ValueAsync(string identifier, string code) =>
        (await Node.ReadAsync(identifier))!
            .Attributes.Where(a => a.Attribute.Code == code)
            .Select(a => a.Canonical)
            .SingleOrDefault();

    protected static string IdOf(Registered registered) => RecordState.IdentifierOf(registered.Record);

    protected static string[] Fields(Error error) =>
        [.. (error.Details.Count > 0 ? error.Details : [error]).Select(e => e.Field!)];

    protected static Identifier Id(string identifier) => Identifier.Parse(identifier).Value;
}
