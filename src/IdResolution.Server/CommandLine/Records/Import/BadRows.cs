using System.Globalization;
using System.Text;
using CsvHelper;

namespace IdResolution.Server.CommandLine.Records.Import;

/// <summary>The file of rows that were refused: number, reasons, cells. Made with the first of them.</summary>
/// <param name="file">Its path.</param>
/// <param name="header">Its columns.</param>
/// <param name="separator">What stands between cells.</param>
/// <param name="mark">Whether it begins with a byte order mark.</param>
internal sealed class BadRows(string file, string[] header, char separator = ',', bool mark = false) : IDisposable
{
    private FileStream? _stream;
    private CsvWriter? _writer;

    /// <summary>Bytes written.</summary>
    public long Length { get; private set; }

    /// <summary>Goes on at a length, what stands behind it is dropped; 0 begins anew.</summary>
    public void Begin(long length)
    {
        if (length == 0)
        {
            File.Delete(file);
        }
        else
        {
            Open(FileMode.Open);
            _stream!.SetLength(length);
            _stream.Position = length;
        }
        Length = length;
    }

    public void Add(long row, IEnumerable<string> reasons, IEnumerable<string> cells)
    {
        if (_writer is null)
        {
            Open(FileMode.Create);
            if (mark)
            {
                _stream!.Write(Encoding.UTF8.Preamble);
            }
            Write(header);
        }
        Write([row.ToString(CultureInfo.InvariantCulture), string.Join("; ", reasons), .. cells]);
    }

    /// <summary>Brings what was added to the file.</summary>
    public void Flush()
    {
        if (_writer is not null)
        {
            _writer.Flush();
            _stream!.Flush();
            Length = _stream.Length;
        }
    }

    public void Dispose() => _writer?.Dispose();

    private void Open(FileMode mode)
    {
        _stream = new FileStream(file, mode, FileAccess.Write, FileShare.Read);
        _writer = CsvWriter.Create(
            _stream,
            new CsvWriterOptions
            {
                Separator = separator,
                ValidateFieldCount = false,
                Quoting = CsvQuoting.WhenNeededOrWhitespace,
            }
        );
    }

    private void Write(IEnumerable<string> cells)
    {
        foreach (var cell in cells)
        {
            _writer!.WriteField(cell);
        }
        _writer!.EndRecord();
    }
}
