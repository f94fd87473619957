using System.Diagnostics.CodeAnalysis;

namespace IdResolution.Core.Errors;

/// <summary>
/// A value, or the <see cref="Error"/> in its place. Exceptions are only for bugs and broken infrastructure.
/// </summary>
[SuppressMessage(
    "Usage",
    "CA2225:Operator overloads have named alternates",
    Justification = "The implicit conversions are the point of the type."
)]
public readonly struct Result<T>
{
    private readonly T? _value;

    private Result(T? value, Error? error)
    {
        _value = value;
        Error = error;
    }

    /// <summary>The error; null on success.</summary>
    public Error? Error { get; }

    /// <summary>True if there is a value, false if there is an error.</summary>
    [MemberNotNullWhen(false, nameof(Error))]
    public bool IsOk => Error is null;

    /// <summary>The value of a success.</summary>
    /// <exception cref="InvalidOperationException">The result is an error.</exception>
    public T Value =>
        Error is null ? _value! : throw new InvalidOperationException($"No value: {Error.Code}: {Error.Message.En}");

    /// <summary>Gets the value (true) or the error (false).</summary>
    public bool TryGet([MaybeNullWhen(false)] out T value, [NotNullWhen(false)] out Error? error)
    {
        value = _value;
        error = Error;
        return Error is null;
    }

    /// <summary>Makes a success from a value.</summary>
    public static implicit operator Result<T>(T value) => new(value, null);

    /// <summary>Makes a failure from an error.</summary>
    public static implicit operator Result<T>(Error error) => new(default, error);
}
