using System.Text;

namespace Grpc.Core;

/// <summary>Something known about the peer, such as a name in its certificate; cannot be changed.</summary>
public class AuthProperty
{
    private readonly byte[] _valueBytes;

    private AuthProperty(string name, byte[] valueBytes)
    {
        Name = name;
        _valueBytes = valueBytes;
    }

    /// <summary>What it is.</summary>
    public string Name { get; }

    /// <summary>The value as text; the bytes are taken for UTF-8.</summary>
    public string Value => Encoding.UTF8.GetString(_valueBytes);

    /// <summary>The value, as a copy.</summary>
    public byte[] ValueBytes => [.. _valueBytes];

    /// <summary>Makes a property.</summary>
    /// <param name="name">What it is.</param>
    /// <param name="valueBytes">The value, which is copied.</param>
    /// <exception cref="ArgumentNullException">An argument is missing.</exception>
    public static AuthProperty Create(string name, byte[] valueBytes)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(valueBytes);
        return new AuthProperty(name, [.. valueBytes]);
    }
}
