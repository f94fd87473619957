using System.Text;
using IdResolution.Core.Records;
using IdResolution.Core.Registration;
using IdResolution.Core.Templates;
using IdResolution.Core.Views;
using IdResolution.Testing;

namespace IdResolution.Core.Tests.Records;

/// <summary>Records as Handle values.</summary>
[TestFixture]
public sealed class ValueViewTests
{
    private const string P = CoreFixture.HomedPrefix;

    private static readonly ViewSettings Settings = new(
        id => "https://id.example/" + id,
        id => Encoding.UTF8.GetBytes("200:0.NA/" + id.Prefix)
    );

    [Test]
    public async Task Read_Templated_IsRenderedInAscendingOrder()
    {
        using var node = await NodeAsync();
        var record = await RegisterAsync(
            node,
            new RegistrationRequest
            {
                Identifier = $"{P}/Part",
                Template = "part",
                Attributes =
                [
                    KeyValuePair.Create("name", InputValue.OfText("钛板")),
                    KeyValuePair.Create(
                        "sizes",
                        InputValue.OfList([InputValue.OfNumber("1.50"), InputValue.OfNumber("2")])
                    ),
                ],
                Values =
                [
                    new RawValue
                    {
                        Index = 7,
                        Type = "EMAIL",
                        Data = "a@example.com"u8.ToArray(),
                        Ttl = 60,
                        Permissions = Permissions.AdminRead,
                    },
                ],
            }
        );

        Assert.That(
            Lines(node, record),
            Is.EqualTo(
                new[]
                {
                    $"1 URL 1110 https://id.example/{P}/Part",
                    "7 EMAIL 1000 a@example.com",
                    $"100 HS_ADMIN 1110 200:0.NA/{P}",
                    $"1000 TEMPLATE_ID 1110 {P}/META_part",
                    "1001 TEMPLATE 1110 part/1",
                    "2000 name 1110 钛板",
                    "2001 sizes 1100 [1.5,2]",
                }
            )
        );
        Assert.That(
            Values(node, record).Where(v => v.Index != 7).Select(v => (v.Ttl, v.TtlType)),
            Is.All.EqualTo((86_400, (byte)0))
        );
        Assert.That(RecordState.IsTemplated(record), Is.True);
    }

    [Test]
    public async Task Read_RawValuesAtRenderedIndexes_ReplaceThoseOnly()
    {
        using var node = await NodeAsync();
        var record = await RegisterAsync(
            node,
            new RegistrationRequest
            {
                Identifier = $"{P}/Part",
                Template = "part",
                Values =
                [
                    new RawValue
                    {
                        Index = 1,
                        Type = "EMAIL",
                        Data = "x"u8.ToArray(),
                    },
                    new RawValue
                    {
                        Index = 100,
                        Type = "HS_ADMIN",
                        Data = "y"u8.ToArray(),
                    },
                ],
            }
        );

        Assert.That(
            Lines(node, record),
            Is.EqualTo(
                new[]
                {
                    "1 EMAIL 1110 x",
                    "100 HS_ADMIN 1110 y",
                    $"1000 TEMPLATE_ID 1110 {P}/META_part",
                    "1001 TEMPLATE 1110 part/1",
                }
            )
        );
    }

    [Test]
    public async Task Read_AttributeDisabledInTheRecordsVersion_IsNotThere()
    {
        using var node = await NodeAsync();
        var record = await RegisterAsync(
            node,
            new RegistrationRequest
            {
                Identifier = $"{P}/a",
                Template = "part",
                Attributes = [KeyValuePair.Create("name", InputValue.OfText("n"))],
            }
        );
        var part = node.Catalog.Current.FindPublished("part")!;
        await node.PublishAsync(
            part with
            {
                Attributes = [part.Attributes[0] with { State = AttributeState.Disabled }, part.Attributes[1]],
            }
        );

        Assert.That(
            Lines(node, record),
            Has.Some.EqualTo("2000 name 1110 n"),
            "records keep the version they were made with"
        );
    }

    [Test]
    public async Task Read_WithoutTemplate_IsItsRawValuesAlone()
    {
        using var node = await NodeAsync();
        var record = await RegisterAsync(
            node,
            new RegistrationRequest
            {
                Identifier = $"{P}/raw",
                Values =
                [
                    new RawValue
                    {
                        Index = 300,
                        Type = "HS_SECKEY",
                        Data = "geheimnis-lang"u8.ToArray(),
                    },
                    new RawValue
                    {
                        Index = 2,
                        Type = "T",
                        Data = [],
                    },
                ],
            }
        );

        Assert.That(Values(node, record).Select(v => v.Index), Is.EqualTo(new[] { 2, 300 }));
        Assert.That(
            Encoding.UTF8.GetString(
                node.Secrets.Decrypt(Values(node, record)[1].Data, Values(node, record)[1].OwnerIn(record.Key))
            ),
            Is.EqualTo("geheimnis-lang"),
            "as stored"
        );
        Assert.That(RecordState.IsTemplated(record), Is.False);
    }

    private static async Task<CoreFixture> NodeAsync()
    {
        var node = await CoreFixture.CreateAsync();
        await node.PublishAsync(
            new Template
            {
                Code = "part",
                Attributes =
                [
                    new AttributeDefinition { Code = "name", Visibility = Visibility.Public },
                    new AttributeDefinition
                    {
                        Code = "sizes",
                        Type = AttributeType.Decimal,
                        Repeated = true,
                        Visibility = Visibility.Partner,
                    },
                ],
            }
        );
        return node;
    }

    private static async Task<StoredRecord> RegisterAsync(CoreFixture node, RegistrationRequest request) =>
        CoreFixture.Ok(await node.Registrar.RegisterAsync(request, node.Admin, CancellationToken.None)).Record;

    private static List<RawValue> Values(CoreFixture node, StoredRecord record) =>
        ValueView.Read(record, node.Catalog.Current, Settings);

    private static IEnumerable<string> Lines(CoreFixture node, StoredRecord record) =>
        Values(node, record)
            .Select(v =>
                $"{v.Index} {v.Type} {PermissionDigits.Format(v.Permissions)} {Encoding.UTF8.GetString(v.Data)}"
            );
}
