using System.Buffers;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace IdResolution.Server.Pages;

/// <summary>
/// Collects HTML as UTF-8. It takes interpolated strings alone: their literal parts go out as they are, whatever stands
/// in a hole is encoded for element content and quoted attributes alike. Only a hole of type <see cref="Markup"/> is
/// not.
/// </summary>
internal sealed class HtmlWriter
{
    // Chinese stays readable in the source; what could end a text or an attribute, and what is invisible, becomes a
    // reference.
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    private readonly ArrayBufferWriter<byte> _buffer = new(16 * 1024);

    /// <summary>Appends; the handler has done so by the time this runs.</summary>
    public HtmlWriter Add([InterpolatedStringHandlerArgument("")] ref Handler _) => this;

    /// <summary>What was written.</summary>
    public byte[] ToArray() => _buffer.WrittenSpan.ToArray();

    private void AddRaw(string html) => Encoding.UTF8.GetBytes(html, _buffer);

    /// <summary>Receives the parts of an interpolated string.</summary>
    [InterpolatedStringHandler]
    public readonly ref struct Handler
    {
        private readonly HtmlWriter _writer;

        /// <summary>Called by the compiler.</summary>
        public Handler(int literalLength, int formattedCount, HtmlWriter writer)
        {
            _ = literalLength + formattedCount;
            _writer = writer;
        }

        /// <summary>A literal part: HTML.</summary>
        public void AppendLiteral(string html) => _writer.AddRaw(html);

        /// <summary>A hole: text, encoded.</summary>
        public void AppendFormatted(string? text)
        {
            if (!string.IsNullOrEmpty(text))
            {
                _writer.AddRaw(Encoder.Encode(text));
            }
        }

        /// <summary>A hole: a number.</summary>
        public void AppendFormatted(int number) => _writer.AddRaw(number.ToString(CultureInfo.InvariantCulture));

        /// <summary>A hole: HTML of our own.</summary>
        public void AppendFormatted(Markup markup) => _writer.AddRaw(markup.Html);
    }
}
