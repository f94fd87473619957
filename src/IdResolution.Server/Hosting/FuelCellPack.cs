using System.Text.Json;
using IdResolution.Core.Administration;
using IdResolution.Core.Catalog;
using IdResolution.Core.Templates;

namespace IdResolution.Server.Hosting;

/// <summary>The template pack that is part of the executable, and what it was before.</summary>
internal static class FuelCellPack
{
    // A pack that was released stays here as it was: by it templates that nobody changed are known.
    private static readonly string[] s_former = ["fuel-cell-1", "fuel-cell-2"];

    /// <summary>The pack as it is now.</summary>
    public static TemplatePack Newest() => Read("fuel-cell");

    /// <summary>The pack as it is now, with its former versions.</summary>
    public static OwnPack Whole() => new(Newest(), Array.ConvertAll(s_former, Read));

    private static TemplatePack Read(string name)
    {
        using var stream = typeof(FuelCellPack).Assembly.GetManifestResourceStream(
            $"IdResolution.Server.Packs.{name}.json"
        )!;
        return JsonSerializer.Deserialize(stream, CatalogJson.Default.TemplatePack)!;
    }
}
