using System.Reflection;
using System.Text.Json;

namespace IdResolution.Server.Tests.Packs;

/// <summary>The fuel-cell pack as the node's assembly holds it.</summary>
internal static class FuelCellPackFile
{
    public static JsonDocument Load(string name = "fuel-cell")
    {
        using var stream =
            Assembly.Load("idnode").GetManifestResourceStream($"IdResolution.Server.Packs.{name}.json")
            ?? throw new InvalidOperationException("The assembly holds no such pack.");
        return JsonDocument.Parse(stream);
    }

    public static string Code(this JsonElement element) => element.GetProperty("code").GetString()!;

    public static string? Text(this JsonElement element, string property) =>
        element.TryGetProperty(property, out var value) ? value.ToString() : null;

    public static bool Flag(this JsonElement element, string property) =>
        element.TryGetProperty(property, out var value) && value.GetBoolean();

    public static JsonElement[] List(this JsonElement element, string property) =>
        [.. element.GetProperty(property).EnumerateArray()];
}
