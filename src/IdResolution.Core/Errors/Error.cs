using IdResolution.Core.Primitives;

namespace IdResolution.Core.Errors;

/// <summary>
/// An expected refusal, as a value: the code, a text for people in both languages, and the field that it is about.
/// </summary>
/// <param name="Code">The code, which each front end maps to its own status.</param>
/// <param name="Message">What is wrong and what to do about it.</param>
/// <param name="Field">
/// The field as the caller names it (<c>identifier</c>, <c>attributes.thickness</c>), or null.
/// </param>
public sealed record Error(ErrorCode Code, Text Message, string? Field = null)
{
    /// <summary>The single faults if the error combines them, in the order found; otherwise empty.</summary>
    public IReadOnlyList<Error> Details { get; init; } = [];

    /// <summary>
    /// A sentence for operators alone, such as the setting that decides this; otherwise null. It is no part of
    /// <see cref="Message"/>, so that others are not told how the node is set up.
    /// </summary>
    public Text? Hint { get; init; }

    /// <summary>On a conflict, the identifier of the record that prevents the write; otherwise null.</summary>
    public string? Holder { get; init; }

    /// <summary>
    /// On a registration that comes again with other content, the members that differ from the record; otherwise empty.
    /// </summary>
    public IReadOnlyList<string> Differs { get; init; } = [];

    /// <summary>
    /// On <see cref="ErrorCode.Mistyped"/>, registered identifiers that may be meant and that the caller may see.
    /// </summary>
    public IReadOnlyList<string> Proposals { get; init; } = [];

    /// <summary>On <see cref="ErrorCode.LogRestarted"/>, where to go on; otherwise null.</summary>
    public ResumePoint? Resume { get; init; }

    /// <summary>On <see cref="ErrorCode.TooMany"/>, the time to wait before the next try; otherwise null.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Makes an error with its text in both languages.</summary>
    public static Error Of(ErrorCode code, string en, string zh, string? field = null) =>
        new(code, new Text(en, zh), field);

    /// <summary>
    /// Combines errors into one: a single error itself, or an <see cref="ErrorCode.InvalidValue"/> that holds all.
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
