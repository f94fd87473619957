using IdResolution.Core.Errors;
using IdResolution.Core.Primitives;

namespace IdResolution.Server.Labels;

/// <summary>The form that many labels are sent in, one piece after another.</summary>
internal abstract record LabelForm
{
    /// <summary>The media type of the whole.</summary>
    public abstract string MediaType { get; }

    /// <summary>The error of a label that the form has no room for; null where it fits.</summary>
    public abstract Error? Refusal(LabelContent label);

    /// <summary>Draws labels as they come, and names what has none. A piece is drawn when it is asked for.</summary>
    public abstract IAsyncEnumerable<string> PiecesAsync(IAsyncEnumerable<LabelBatch> batches, Language language);
}
