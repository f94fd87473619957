using System.Diagnostics.CodeAnalysis;

namespace IdResolution.Core.Errors;

/// <summary>
/// Collects faults, so that all of them are reported at once. Allocates only with the first fault. Not thread-safe.
/// </summary>
public sealed class Faults
{
    /// <summary>The most faults that are kept. More help nobody, and a body could hold millions.</summary>
    public const int Most = 250;

    private List<Error>? _errors;

    /// <summary>True if at least one fault was added.</summary>
    public bool Any => _errors is not null;

    /// <summary>Adds an error, or each of its <see cref="Error.Details"/> if it has some.</summary>
    public void Add(Error error)
    {
        ArgumentNullException.ThrowIfNull(error);
        _errors ??= [];
        if (error.Details.Count > 0)
        {
            _errors.AddRange(error.Details.Take(Most - _errors.Count));
        }
        else if (_errors.Count < Most)
        {
            _errors.Add(error);
        }
    }

    /// <summary>Adds an invalid field. The texts follow the field's name, such as "must be 1 or more".</summary>
    public void Add(string field, string en, string zh) =>
        Add(Error.Of(ErrorCode.InvalidValue, $"{field} {en}.", $"{field} {zh}。", field));

    /// <summary>True if a fault is about exactly this field.</summary>
    public bool Mention(string field) => _errors is not null && _errors.Exists(error => error.Field == field);

    /// <summary>Adds an error's faults, but those of a field that has one, or that is within or around one.</summary>
    private void AddOthers(Error error)
    {
        var known = _errors?.ToArray() ?? [];
        foreach (var one in error.Details.Count > 0 ? error.Details : [error])
        {
            if (!Array.Exists(known, before => IsWithin(before.Field, one.Field) || IsWithin(one.Field, before.Field)))
            {
                Add(one);
            }
        }
    }

    private static bool IsWithin(string? part, string? whole) =>
        part is not null
        && whole is not null
        && part.StartsWith(whole, StringComparison.Ordinal)
        && (part.Length == whole.Length || part[whole.Length] is '.' or '[');

    /// <summary>
    /// What could not be read of a request, and what is wrong with the rest of it; null for neither. Who may not do it
    /// is told that alone, as is who sent nothing that can be read.
    /// </summary>
    /// <param name="misread">What could not be read. What stands in its place is not told of.</param>
    /// <param name="error">What is wrong with what was read.</param>
    public static Error? Join(Error? misread, Error? error)
    {
        if (misread is null || error is null or { Code: ErrorCode.Forbidden or ErrorCode.Unauthenticated })
        {
            return error ?? misread;
        }
        if (misread is { Field: null, Details.Count: < 2 })
        {
            return misread;
        }
        var faults = new Faults();
        faults.Add(misread);
        faults.AddOthers(error);
        return faults.TryCombine(out var all) ? all : misread;
    }

    /// <summary>Combines all faults into one error; false if there is none.</summary>
    public bool TryCombine([NotNullWhen(true)] out Error? error)
    {
        error = _errors is null ? null : Error.Combine(_errors);
        return error is not null;
    }
}
