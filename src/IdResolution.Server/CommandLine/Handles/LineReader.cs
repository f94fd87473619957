using System.Text;

namespace IdResolution.Server.CommandLine.Handles;

/// <summary>Reads a stream line by line. The memory for a line is bounded.</summary>
internal sealed class LineReader(Stream stream)
{
    /// <summary>The longest line in bytes. Any record fits, however its JSON is escaped.</summary>
    public const int MaxLength = 4 << 20;

    private byte[] _buffer = new byte[1 << 16];
    private int _start;
    private int _end;
    private bool _isEnded;
    private bool _isCut;

    /// <summary>The number of the last line read, from 1.</summary>
    public long Number { get; private set; }

    /// <summary>True if the last line read was longer than <see cref="MaxLength"/>; its content is dropped.</summary>
    public bool IsTooLong { get; private set; }

    /// <summary>The part of the stream read, 0 to 1; NaN if the length is not known.</summary>
    public double Share =>
        stream.CanSeek ? Math.Min(1, (stream.Position - (_end - _start)) / Math.Max(1.0, stream.Length)) : double.NaN;

    /// <summary>Reads the next line that is not blank; false at the end.</summary>
    /// <param name="line">The line without its end, valid until the next call.</param>
    public bool TryRead(out ReadOnlyMemory<byte> line)
    {
        while (TryNext(out line))
        {
            Number++;
            if (Number == 1 && line.Span.StartsWith(Encoding.UTF8.Preamble))
            {
                line = line[Encoding.UTF8.Preamble.Length..];
            }
            if (IsTooLong || line.Span.ContainsAnyExcept(" \t\r"u8))
            {
                return true;
            }
        }
        return false;
    }

    private bool TryNext(out ReadOnlyMemory<byte> line)
    {
        for (var searched = 0; ; )
        {
            var found = _buffer.AsSpan(_start + searched, _end - _start - searched).IndexOf((byte)'\n');
            if (found >= 0 || (_isEnded && (_end > _start || _isCut)))
            {
                var length = found >= 0 ? searched + found : _end - _start;
                line = _buffer.AsMemory(_start, length);
                _start = found >= 0 ? _start + length + 1 : _end;
                (IsTooLong, _isCut) = (_isCut || length > MaxLength, false);
                return true;
            }
            if (_isEnded)
            {
                line = default;
                return false;
            }
            searched = _end - _start;
            if (searched > MaxLength)
            {
                (_start, _end, searched, _isCut) = (0, 0, 0, true);
            }
            Fill();
        }
    }

    private void Fill()
    {
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        if (_end == _buffer.Length)
        {
            Array.Resize(ref _buffer, _buffer.Length * 2);
        }
        var read = stream.Read(_buffer.AsSpan(_end));
        _end += read;
        _isEnded = read == 0;
    }
}
