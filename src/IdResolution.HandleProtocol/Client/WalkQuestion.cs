using IdResolution.HandleProtocol.Values;

namespace IdResolution.HandleProtocol.Client;

/// <summary>A handle and what of it is wanted.</summary>
internal sealed record WalkQuestion(string Handle, IReadOnlyList<int> Indexes, IReadOnlyList<string> Types)
{
    /// <summary>Types that say who is responsible for a prefix.</summary>
    private static readonly string[] s_serviceTypes = ["HS_SITE", "HS_SITE.", "HS_SERV", "HS_SERV.", "HS_NA_DELEGATE"];

    /// <summary>The same question twice is the same key. Prefixes fold, suffixes need not.</summary>
    public string Key
    {
        get
        {
            var (prefix, suffix) = HandleName.Split(Handle);
            return $"{HandleName.Fold(prefix)}/{suffix}\n{string.Join(',', Indexes)}\n{string.Join('\n', Types)}";
        }
    }

    /// <summary>Who is responsible for what a handle stands for.</summary>
    public static WalkQuestion Service(string handle) => new(handle, [], s_serviceTypes);
}
