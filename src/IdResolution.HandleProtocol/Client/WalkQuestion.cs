using IdResolution.HandleProtocol.Values;

namespace IdResolution.HandleProtocol.Client;

/// <summary>A handle, and which of its values are wanted.</summary>
internal sealed record WalkQuestion(string Handle, IReadOnlyList<int> Indexes, IReadOnlyList<string> Types)
{
    /// <summary>The types of values that name the servers responsible for a prefix.</summary>
    private static readonly string[] s_serviceTypes = ["HS_SITE", "HS_SITE.", "HS_SERV", "HS_SERV.", "HS_NA_DELEGATE"];

    /// <summary>The key of the question in caches. The case of ASCII letters in the prefix does not matter.</summary>
    public string Key
    {
        get
        {
            var (prefix, suffix) = HandleName.Split(Handle);
            return $"{HandleName.Fold(prefix)}/{suffix}\n{string.Join(',', Indexes)}\n{string.Join('\n', Types)}";
        }
    }

    /// <summary>Asks for the values that name the servers responsible for a prefix.</summary>
    public static WalkQuestion Service(string handle) => new(handle, [], s_serviceTypes);
}
