using IdResolution.Core.Primitives;

namespace IdResolution.Server.Options;

/// <summary>The section <c>Cache</c>: the cache in memory (L1).</summary>
internal sealed class CacheOptions
{
    /// <summary>The size of the cache in bytes. 0 switches the cache off.</summary>
    public long Bytes { get; set; } = 128L << 20;

    internal void Validate(List<Text> errors)
    {
        if (Bytes is < 0 or > 1L << 40)
        {
            errors.Add(
                new($"Cache:Bytes: {Bytes} must be 0 (off) to 1 TiB.", $"Cache:Bytes：{Bytes} 应为 0（关闭）至 1 TiB。")
            );
        }
    }
}
