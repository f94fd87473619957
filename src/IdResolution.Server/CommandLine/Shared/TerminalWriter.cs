using System.Text;

namespace IdResolution.Server.CommandLine.Shared;

/// <summary>Writes to a terminal that a person reads, without what would control it.</summary>
/// <param name="inner">The terminal.</param>
internal sealed class TerminalWriter(TextWriter inner) : TextWriter(inner.FormatProvider)
{
    /// <inheritdoc/>
    public override Encoding Encoding => inner.Encoding;

    /// <inheritdoc/>
    public override void Write(char value) => Write(value.ToString());

    /// <inheritdoc/>
    public override void Write(string? value) => inner.Write(TerminalText.Lines(value ?? ""));

    /// <inheritdoc/>
    public override void Write(char[] buffer, int index, int count) => Write(new string(buffer, index, count));

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<char> buffer) => Write(new string(buffer));

    /// <inheritdoc/>
    public override void WriteLine(string? value) => Write(value + '\n');

    /// <inheritdoc/>
    public override void Flush() => inner.Flush();
}
