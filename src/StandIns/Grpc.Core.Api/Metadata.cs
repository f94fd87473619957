using System.Collections;

namespace Grpc.Core;

/// <summary>Request headers, response headers or response trailers of a call, in order; a key may occur more than once.</summary>
public sealed partial class Metadata : IList<Metadata.Entry>
{
    /// <summary>The keys of binary entries end so.</summary>
    public const string BinaryHeaderSuffix = "-bin";

    /// <summary>No entries, read-only.</summary>
    public static readonly Metadata Empty = new(readOnly: true);

    private readonly List<Entry> _entries = [];

    /// <summary>Makes a collection without entries.</summary>
    public Metadata()
    {
    }

    private Metadata(bool readOnly) => IsReadOnly = readOnly;

    /// <inheritdoc />
    public int Count => _entries.Count;

    /// <inheritdoc />
    public bool IsReadOnly { get; }

    /// <inheritdoc />
    public Entry this[int index]
    {
        get => _entries[index];
        set => Writable(value)[index] = value;
    }

    /// <summary>Finds the last entry with a key.</summary>
    /// <param name="key">The key in lower case, compared as it is.</param>
    /// <returns>The entry, or null.</returns>
    public Entry? Get(string key) => _entries.FindLast(entry => entry.Key == key);

    /// <summary>Finds the text of the last entry with a key.</summary>
    /// <param name="key">The key in lower case, compared as it is.</param>
    /// <returns>The text, or null when there is no such entry.</returns>
    /// <exception cref="InvalidOperationException">The entry is binary.</exception>
    public string? GetValue(string key) => Get(key)?.Value;

    /// <summary>Finds the bytes of the last entry with a key.</summary>
    /// <param name="key">The key in lower case, compared as it is.</param>
    /// <returns>The bytes (of a text, its ASCII encoding), or null when there is no such entry.</returns>
    public byte[]? GetValueBytes(string key) => Get(key)?.ValueBytes;

    /// <summary>Finds all entries with a key, in order.</summary>
    /// <param name="key">The key in lower case, compared as it is.</param>
    public IEnumerable<Entry> GetAll(string key) => _entries.Where(entry => entry.Key == key);

    /// <inheritdoc />
    /// <exception cref="InvalidOperationException">The collection is read-only.</exception>
    public void Add(Entry item) => Writable(item).Add(item);

    /// <summary>Adds a text entry.</summary>
    /// <param name="key">The key; see <see cref="Entry(string, string)" />.</param>
    /// <param name="value">The text.</param>
    /// <exception cref="ArgumentException">The key is malformed or one of a binary entry.</exception>
    /// <exception cref="InvalidOperationException">The collection is read-only.</exception>
    public void Add(string key, string value) => Add(new Entry(key, value));

    /// <summary>Adds a binary entry.</summary>
    /// <param name="key">The key; see <see cref="Entry(string, byte[])" />.</param>
    /// <param name="valueBytes">The bytes, which are copied.</param>
    /// <exception cref="ArgumentException">The key is malformed or one of a text entry.</exception>
    /// <exception cref="InvalidOperationException">The collection is read-only.</exception>
    public void Add(string key, byte[] valueBytes) => Add(new Entry(key, valueBytes));

    /// <inheritdoc />
    /// <exception cref="InvalidOperationException">The collection is read-only.</exception>
    public void Insert(int index, Entry item) => Writable(item).Insert(index, item);

    /// <inheritdoc />
    /// <exception cref="InvalidOperationException">The collection is read-only.</exception>
    public bool Remove(Entry item) => Writable().Remove(item);

    /// <inheritdoc />
    /// <exception cref="InvalidOperationException">The collection is read-only.</exception>
    public void RemoveAt(int index) => Writable().RemoveAt(index);

    /// <inheritdoc />
    /// <exception cref="InvalidOperationException">The collection is read-only.</exception>
    public void Clear() => Writable().Clear();

    /// <inheritdoc />
    public bool Contains(Entry item) => _entries.Contains(item);

    /// <inheritdoc />
    public int IndexOf(Entry item) => _entries.IndexOf(item);

    /// <inheritdoc />
    public void CopyTo(Entry[] array, int arrayIndex) => _entries.CopyTo(array, arrayIndex);

    /// <inheritdoc />
    public IEnumerator<Entry> GetEnumerator() => _entries.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private List<Entry> Writable(Entry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return Writable();
    }

    private List<Entry> Writable() => IsReadOnly ? throw new InvalidOperationException("The metadata is read-only.") : _entries;
}
