using IdResolution.Core.Primitives;

namespace IdResolution.Server.Options;

/// <summary>The section <c>Drain</c>: how the node stops. Takes effect without a restart.</summary>
internal sealed class DrainOptions
{
    /// <summary>
    /// Seconds between the order to stop and the closing of the listeners. In this time the node still answers
    /// requests, but <c>/readyz</c> says that it is not ready.
    /// </summary>
    public int Seconds { get; set; }

    internal void Validate(List<Text> errors)
    {
        if (Seconds is < 0 or > 300)
        {
            errors.Add(new($"Drain:Seconds: {Seconds} must be 0 to 300.", $"Drain:Seconds：{Seconds} 应为 0 至 300。"));
        }
    }
}
