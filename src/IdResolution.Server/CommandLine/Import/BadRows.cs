using System.Globalization;
using System.Text;
using CsvHelper;

namespace IdResolution.Server.CommandLine.Import;

/// <summary>The file of rows that were refused: number, reasons, the cells as they were. Made with the first of them.</summary>
internal sealed class BadRows(CsvFile csv) : IDisposable
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
            File.Delete(csv.BadRowsFile);
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
            if (csv.HasMark)
            {
                _stream!.Write(Encoding.UTF8.Preamble);
            }
            Write(["row", "reason", .. csv.Header]);
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
        _stream = new FileStream(csv.BadRowsFile, mode, FileAccess.Write, FileShare.Read);
        _writer = CsvWriter.Create(_stream, new CsvWriterOptions { Separator = csv.Delimiter[0], ValidateFieldCount = false, Quoting = CsvQuoting.WhenNeededOrWhitespace });
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
