using System.Text;

namespace IdResolution.Fuzzing.Driver;

/// <summary>
/// A reader of bytes that others made, with what must hold for each input. A target keeps nothing from one input to the
/// next, so that an input fails alone as it failed among others.
/// </summary>
public abstract class FuzzTarget
{
    /// <summary>The name on the command line, and of the folder of its corpus.</summary>
    public abstract string Name { get; }

    /// <summary>The longest input that is made of others.</summary>
    public virtual int MaxLength => 2_048;

    /// <summary>How many bytes may be allocated for an input, whatever its length.</summary>
    public virtual long AllocationBase => 256 << 10;

    /// <summary>How many bytes more may be allocated for each byte of an input.</summary>
    public virtual long AllocationPerByte => 1_000;

    /// <summary>Words that the format knows. They are put into inputs.</summary>
    public virtual IReadOnlyList<string> Tokens => [];

    /// <summary>Good inputs to begin with, as the real encoders make them.</summary>
    public abstract IEnumerable<byte[]> Seeds();

    /// <summary>Reads the input. Any exception is a finding.</summary>
    public abstract void Take(byte[] input);

    /// <summary>
    /// An input whose first byte chooses one of the target's readers. New readers come last, so that kept inputs go on
    /// choosing theirs.
    /// </summary>
    protected static byte[] Chosen(int reader, ReadOnlySpan<byte> bytes) => [(byte)reader, .. bytes];

    /// <summary>The same, of text.</summary>
    protected static byte[] Chosen(int reader, string text) => Chosen(reader, Encoding.UTF8.GetBytes(text));
}
