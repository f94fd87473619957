using System.Diagnostics.CodeAnalysis;

namespace IdResolution.Core.Errors;

/// <summary>
/// A value, or the <see cref="Error"/> that stands in its place. Exceptions are for bugs and broken infrastructure.
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

    /// <summary>The refusal, or null on success.</summary>
    public Error? Error { get; }

    /// <summary>True on success.</summary>
    [MemberNotNullWhen(false, nameof(Error))]
    public bool IsOk => Error is null;

    /// <summary>The value.</summary>
    /// <exception cref="InvalidOperationException">The result is an error.</exception>
    public T Value =>
        Error is null ? _value! : throw new InvalidOperationException($"No value: {Error.Code}: {Error.Message.En}");

    /// <summary>True with the value, or false with the error.</summary>
    public bool TryGet([MaybeNullWhen(false)] out T value, [NotNullWhen(false)] out Error? error)
    {
        value = _value;
        error = Error;
        return Error is null;
    }

    /// <summary>Wraps a value.</summary>
    public static implicit operator Result<T>(T value) => new(value, null);

    /// <summary>Wraps an error.</summary>
    public static implicit operator Result<T>(Error error) => new(default, error);
}
