using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using IdResolution.Core.Administration;
using IdResolution.Core.Catalog;
using IdResolution.Core.Templates;

namespace IdResolution.Server.Hosting;

/// <summary>The template pack that is part of the executable, and what it was before.</summary>
internal static class FuelCellPack
{
    // A pack that was released stays known as it was: by it templates that nobody changed are known. The first one is
    // here as a whole; of those after it what the next one has otherwise, the newest first.
    private const string First = "fuel-cell-1";
    private static readonly string[] s_former = ["fuel-cell-4", "fuel-cell-3", "fuel-cell-2"];

    /// <summary>The pack as it is now.</summary>
    public static TemplatePack Newest() => Read("fuel-cell", CatalogJson.Default.TemplatePack);

    /// <summary>The pack as it is now, with its former versions, the first of them first.</summary>
    public static OwnPack Whole()
    {
        var newest = Newest();
        List<TemplatePack> former = [];
        var next = newest;
        foreach (var name in s_former)
        {
            next = Read(name, PackDifferenceJson.Default.PackDifference).Before(next);
            former.Insert(0, next);
        }
        return new OwnPack(newest, [Read(First, CatalogJson.Default.TemplatePack), .. former]);
    }

    private static T Read<T>(string name, JsonTypeInfo<T> form)
    {
        using var stream = typeof(FuelCellPack).Assembly.GetManifestResourceStream(
            $"IdResolution.Server.Packs.{name}.json"
        )!;
        return JsonSerializer.Deserialize(stream, form)!;
    }
}
