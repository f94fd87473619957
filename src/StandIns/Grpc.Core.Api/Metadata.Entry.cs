using System.Buffers;
using System.Text;

namespace Grpc.Core;

public sealed partial class Metadata
{
    /// <summary>A key and its value, which is text or bytes; cannot be changed.</summary>
    public class Entry
    {
        private static readonly SearchValues<char> KeyCharacters =
            SearchValues.Create("-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz");

        private readonly string? _value;
        private readonly byte[]? _valueBytes;

        /// <summary>Makes a binary entry.</summary>
        /// <param name="key">
        /// The key: letters, digits, underscores, hyphens and dots, with the suffix <see cref="BinaryHeaderSuffix" />; it is turned
        /// into lower case.
        /// </param>
        /// <param name="valueBytes">The bytes, which are copied.</param>
        /// <exception cref="ArgumentNullException">There is no key or no value.</exception>
        /// <exception cref="ArgumentException">The key is malformed or one of a text entry.</exception>
        public Entry(string key, byte[] valueBytes)
        {
            Key = NormalizeKey(key);
            if (!IsBinary)
            {
                throw new ArgumentException($"The key of a binary entry ends in '{BinaryHeaderSuffix}'.", nameof(key));
            }

            ArgumentNullException.ThrowIfNull(valueBytes);
            _valueBytes = [.. valueBytes];
        }

        /// <summary>Makes a text entry.</summary>
        /// <param name="key">
        /// The key: letters, digits, underscores, hyphens and dots, without the suffix <see cref="BinaryHeaderSuffix" />; it is turned
        /// into lower case.
        /// </param>
        /// <param name="value">The text; only ASCII goes over the wire, which is not checked here.</param>
        /// <exception cref="ArgumentNullException">There is no key or no value.</exception>
        /// <exception cref="ArgumentException">The key is malformed or one of a binary entry.</exception>
        public Entry(string key, string value)
        {
            Key = NormalizeKey(key);
            if (IsBinary)
            {
                throw new ArgumentException($"The key of a text entry does not end in '{BinaryHeaderSuffix}'.", nameof(key));
            }

            ArgumentNullException.ThrowIfNull(value);
            _value = value;
        }

        /// <summary>The key, in lower case.</summary>
        public string Key { get; }

        /// <summary>Whether the value is bytes.</summary>
        public bool IsBinary => Key.EndsWith(BinaryHeaderSuffix, StringComparison.Ordinal);

        /// <summary>The text.</summary>
        /// <exception cref="InvalidOperationException">The entry is binary.</exception>
        public string Value => _value ?? throw new InvalidOperationException($"The entry '{Key}' is binary and has no text.");

        /// <summary>The bytes, as a copy; of a text, its ASCII encoding.</summary>
        public byte[] ValueBytes => _valueBytes is null ? Encoding.ASCII.GetBytes(_value!) : [.. _valueBytes];

        /// <inheritdoc />
        public override string ToString() => _valueBytes is null
            ? $"[Entry: key={Key}, value={_value}]"
            : $"[Entry: key={Key}, valueBytes={BitConverter.ToString(_valueBytes)}]";

        private static string NormalizeKey(string key)
        {
            ArgumentNullException.ThrowIfNull(key);
            if (key.Length == 0 || key.AsSpan().ContainsAnyExcept(KeyCharacters))
            {
                throw new ArgumentException("A key is made of letters, digits, underscores, hyphens and dots.", nameof(key));
            }

            return key.ToLowerInvariant();
        }
    }
}
