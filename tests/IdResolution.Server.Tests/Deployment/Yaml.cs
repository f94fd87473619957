using System.Text.Json;
using IdResolution.Testing;

namespace IdResolution.Server.Tests.Deployment;

/// <summary>Reads YAML by Debian's python3-yaml.</summary>
internal static class Yaml
{
    // Names given twice are a fault, where the library alone would take the last.
    private const string ToJson = """
        import json, sys, yaml
        class Loader(yaml.SafeLoader):
            pass
        def mapping(loader, node):
            names = [key.value for key, _ in node.value if key.value != '<<']
            twice = sorted({name for name in names if names.count(name) > 1})
            if twice:
                raise ValueError(f'{node.start_mark}: twice: {twice}')
            loader.flatten_mapping(node)
            return loader.construct_mapping(node, deep=True)
        Loader.add_constructor('tag:yaml.org,2002:map', mapping)
        print(json.dumps(list(yaml.load_all(open(sys.argv[1], encoding='utf-8'), Loader))))
        """;

    /// <summary>The documents of a file.</summary>
    /// <param name="path">From the repository's root.</param>
    public static IReadOnlyList<JsonElement> Documents(string path)
    {
        var (code, output, errors) = Tool.Run("/usr/bin/python3", "-c", ToJson, RepositoryFolder.PathOf(path));
        if (errors.Contains("No module named 'yaml'", StringComparison.Ordinal))
        {
            Programs.Miss("python3's yaml (package python3-yaml)");
        }
        Assert.That(code, Is.Zero, errors);
        return [.. JsonDocument.Parse(output).RootElement.EnumerateArray()];
    }

    public static JsonElement Document(string path) => Documents(path).Single();

    /// <summary>The member of that name, or one that is undefined.</summary>
    public static JsonElement Find(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var found) ? found : default;

    public static string? Text(this JsonElement element, string name) =>
        element.Find(name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    /// <summary>The items of a list, none where there is no list.</summary>
    public static IEnumerable<JsonElement> Items(this JsonElement element, string name) =>
        element.Find(name) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray() : [];

    /// <summary>The members of an object, none where there is no object.</summary>
    public static IEnumerable<JsonProperty> Members(this JsonElement element, string name) =>
        element.Find(name) is { ValueKind: JsonValueKind.Object } members ? members.EnumerateObject() : [];
}
