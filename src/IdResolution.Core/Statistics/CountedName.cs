namespace IdResolution.Core.Statistics;

/// <summary>The template, source and prefix of a count, in UTF-8: found by the bytes of a record.</summary>
internal sealed class CountedName(byte[] template, byte[] source, byte[] prefix)
{
    public static IEqualityComparer<CountedName> Comparer { get; } = new ByBytes();

    public byte[] Template => template;

    public byte[] Source => source;

    public byte[] Prefix => prefix;

    /// <summary>A name for one lookup, without allocation.</summary>
    internal readonly ref struct Spans(
        ReadOnlySpan<byte> template,
        ReadOnlySpan<byte> source,
        ReadOnlySpan<byte> prefix
    )
    {
        public ReadOnlySpan<byte> Template { get; } = template;

        public ReadOnlySpan<byte> Source { get; } = source;

        public ReadOnlySpan<byte> Prefix { get; } = prefix;
    }

    private sealed class ByBytes : IEqualityComparer<CountedName>, IAlternateEqualityComparer<Spans, CountedName>
    {
        public bool Equals(CountedName? x, CountedName? y) =>
            ReferenceEquals(x, y) || (x is not null && y is not null && Equals(Of(x), y));

        public int GetHashCode(CountedName obj) => GetHashCode(Of(obj));

        public bool Equals(Spans alternate, CountedName other) =>
            alternate.Template.SequenceEqual(other.Template)
            && alternate.Source.SequenceEqual(other.Source)
            && alternate.Prefix.SequenceEqual(other.Prefix);

        public int GetHashCode(Spans alternate)
        {
            var hash = new HashCode();
            hash.AddBytes(alternate.Template);
            hash.AddBytes(alternate.Source);
            hash.AddBytes(alternate.Prefix);
            return hash.ToHashCode();
        }

        public CountedName Create(Spans alternate) =>
            new(alternate.Template.ToArray(), alternate.Source.ToArray(), alternate.Prefix.ToArray());

        private static Spans Of(CountedName name) => new(name.Template, name.Source, name.Prefix);
    }
}
