using IdResolution.Core.Primitives;

namespace IdResolution.Core.Errors;

/// <summary>
/// An expected refusal, as a value: what went wrong, for people in both languages, and the field it is about.
/// </summary>
/// <param name="Code">The code that front ends map.</param>
/// <param name="Message">What is wrong and what to do.</param>
/// <param name="Field">
/// The field in the caller's words (<c>identifier</c>, <c>attributes.thickness</c>), or null.
/// </param>
public sealed record Error(ErrorCode Code, Text Message, string? Field = null)
{
    /// <summary>Every single fault where there are several, in the order found; otherwise empty.</summary>
    public IReadOnlyList<Error> Details { get; init; } = [];

    /// <summary>On a conflict, the identifier that stands in the way.</summary>
    public string? Holder { get; init; }

    /// <summary>On <see cref="ErrorCode.TooMany"/>, when to try again.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Makes an error with its text in both languages.</summary>
    public static Error Of(ErrorCode code, string en, string zh, string? field = null) =>
        new(code, new Text(en, zh), field);

    /// <summary>
    /// One error for many: the only one itself, or an <see cref="ErrorCode.InvalidValue"/> that holds all.
    /// </summary>
    /// <exception cref="ArgumentException">The list is empty.</exception>
    public static Error Combine(IReadOnlyList<Error> errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        if (errors.Count == 0)
        {
            throw new ArgumentException("At least one error is needed.", nameof(errors));
        }
        var first = errors[0];
        return errors.Count == 1
            ? first with
            {
                Details = errors,
            }
            : new Error(
                ErrorCode.InvalidValue,
                new Text(
                    $"{errors.Count} fields are not valid; see errors.",
                    $"有 {errors.Count} 个字段不合规，详见 errors。"
                )
            )
            {
                Details = errors,
            };
    }
}
