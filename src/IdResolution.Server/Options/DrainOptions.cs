namespace IdResolution.Server.Options;

/// <summary>How the node stops. May change while the node serves.</summary>
internal sealed class DrainOptions
{
    /// <summary>
    /// How long a node that is told to stop still answers, and says so on <c>/readyz</c>, before its listeners close.
    /// </summary>
    public int Seconds { get; set; }

    internal void Validate(List<string> errors)
    {
        if (Seconds is < 0 or > 300)
        {
            errors.Add($"Drain:Seconds: {Seconds} must be 0 to 300.");
        }
    }
}
