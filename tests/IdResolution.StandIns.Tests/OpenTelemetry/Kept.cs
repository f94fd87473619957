using OpenTelemetry;

namespace IdResolution.StandIns.Tests.OpenTelemetry;

/// <summary>Keeps what is exported, as text, and what it was exported for.</summary>
internal sealed class Kept<T>(Func<T, string> text) : BaseExporter<T>
    where T : class
{
    public List<string> Items { get; } = [];

    public IReadOnlyDictionary<string, object> Resource { get; private set; } = new Dictionary<string, object>();

    public override ExportResult Export(in Batch<T> batch)
    {
        Resource = ParentProvider.GetResource().Attributes.ToDictionary();
        foreach (var item in batch)
        {
            Items.Add(text(item));
        }
        return ExportResult.Success;
    }
}
