using IdResolution.Tds.Types;

namespace IdResolution.Tds.Sessions;

/// <summary>What lives as long as one batch: its variables.</summary>
internal sealed class Batch
{
    public Dictionary<string, (SqlType Type, object? Value)> Variables { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Table-valued parameters, which are temporary tables of the connection.</summary>
    public HashSet<string> Tables { get; } = new(StringComparer.OrdinalIgnoreCase);

    public void Assign(string name, object? value, SqlType? source = null)
    {
        if (!Variables.TryGetValue(name, out var variable))
        {
            throw new TSqlException(137, $"Must declare the scalar variable \"{name}\".", 15);
        }

        Variables[name] = (variable.Type, SqlConvert.To(variable.Type, value, source));
    }
}
