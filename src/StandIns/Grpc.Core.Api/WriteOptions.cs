namespace Grpc.Core;

/// <summary>How messages are written; cannot be changed.</summary>
public class WriteOptions
{
    /// <summary>No flags.</summary>
    public static readonly WriteOptions Default = new();

    /// <summary>Makes options.</summary>
    /// <param name="flags">The flags.</param>
    public WriteOptions(WriteFlags flags = default) => Flags = flags;

    /// <summary>The flags.</summary>
    public WriteFlags Flags { get; }

    /// <summary>Makes the same options with other flags.</summary>
    /// <param name="flags">The flags.</param>
    public WriteOptions WithFlags(WriteFlags flags) => new(flags);
}
