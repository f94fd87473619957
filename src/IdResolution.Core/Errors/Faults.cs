using System.Diagnostics.CodeAnalysis;

namespace IdResolution.Core.Errors;

/// <summary>
/// Collects faults, so that all of them are told at once. Makes its list with the first. Not thread-safe.
/// </summary>
public sealed class Faults
{
    private List<Error>? _errors;

    /// <summary>True where there is one.</summary>
    public bool Any => _errors is not null;

    /// <summary>Adds one, or each of several that stand in one error.</summary>
    public void Add(Error error)
    {
        ArgumentNullException.ThrowIfNull(error);
        _errors ??= [];
        if (error.Details.Count > 0)
        {
            _errors.AddRange(error.Details);
        }
        else
        {
            _errors.Add(error);
        }
    }

    /// <summary>Adds what is not valid in a field: what it must be, after the field's name.</summary>
    public void Add(string field, string en, string zh) =>
        Add(Error.Of(ErrorCode.InvalidValue, $"{field} {en}.", $"{field} {zh}。", field));

    /// <summary>True where a fault is about a field.</summary>
    public bool Mention(string field) => _errors is not null && _errors.Exists(error => error.Field == field);

    /// <summary>True with all of them as one error, or false where there is none.</summary>
    public bool TryCombine([NotNullWhen(true)] out Error? error)
    {
        error = _errors is null ? null : Error.Combine(_errors);
        return error is not null;
    }
}
