using IdResolution.Core.Catalog;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Documents;
using IdResolution.Core.Primitives;
using IdResolution.Core.Templates;
using IdResolution.Testing;

namespace IdResolution.Core.Tests.Documents;

[TestFixture]
public sealed class DocumentEditorTests
{
    // Between reading the catalog and making the write another edit goes through, in this process: nothing of it may be
    // lost.
    [Test]
    public async Task Edit_OvertakenBetweenReadingAndWriting_IsMadeAgain()
    {
        using var node = await CoreFixture.CreateAsync();
        await node.Categories.SaveAsync(
            new Category { Code = "a", Names = new Names("one", null) },
            node.Admin,
            default
        );
        var seen = new List<string?>();

        var result = await node.Documents.EditAsync<int>(
            node.Admin,
            "category.save",
            "a",
            current =>
            {
                var category = current.Categories["a"];
                seen.Add(category.Names!.En);
                if (seen.Count == 1)
                {
                    Task.Run(() =>
                            node.Categories.SaveAsync(
                                category with
                                {
                                    Names = new Names("two", null),
                                },
                                node.Admin,
                                default
                            )
                        )
                        .Wait(TimeSpan.FromSeconds(30));
                }
                IReadOnlyList<DocumentWrite> writes =
                [
                    node.Documents.Write(
                        current,
                        LogKind.Configuration,
                        "category:a",
                        category with
                        {
                            Names = new Names(category.Names.En + "+", null),
                        },
                        CatalogJson.Default.Category,
                        node.Admin
                    ),
                ];
                return (writes, 0);
            },
            default
        );

        Assert.That(result.IsOk, Is.True);
        Assert.That(seen, Is.EqualTo(new[] { "one", "two" }));
        Assert.That(node.Catalog.Current.Categories["a"].Names!.En, Is.EqualTo("two+"));
    }
}
