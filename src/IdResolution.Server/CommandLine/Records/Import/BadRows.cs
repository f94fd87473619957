using System.Globalization;
using System.Text;
using CsvHelper;
using IdResolution.Server.Tracing;
using IdResolution.Storage.Maintenance;

namespace IdResolution.Server.CommandLine.Records.Import;

/// <summary>
/// The file of refused rows: number, reasons and cells. It is created with the first refused row. A spreadsheet takes
/// no cell for a formula, and an import reads the cells as it reads those of the file itself.
/// </summary>
/// <param name="file">The path of the file.</param>
/// <param name="header">The names of the columns.</param>
/// <param name="separator">The character between cells.</param>
/// <param name="mark">True to begin the file with a byte order mark.</param>
internal sealed class BadRows(string file, string[] header, char separator = ',', bool mark = false) : IBadRows
{
    private FileStream? _stream;
    private CsvWriter? _writer;

    public long Length { get; private set; }

    public void Begin(long length)
    {
        if (length == 0)
        {
            File.Delete(file);
        }
        else
        {
            Open(VerbFile.GoOn(file, length));
        }
        Length = length;
    }

    public void Add(long row, IEnumerable<string> reasons, IEnumerable<string> cells)
    {
        if (_writer is null)
        {
            Open(VerbFile.Create(file));
            if (mark)
            {
                _stream!.Write(Encoding.UTF8.Preamble);
            }
            Write(header);
        }
        Write([row.ToString(CultureInfo.InvariantCulture), string.Join("; ", reasons), .. cells]);
    }

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

    private void Open(FileStream stream)
    {
        _stream = stream;
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
            _writer!.WriteField(FormulaSafe.Again(cell));
        }
        _writer!.EndRecord();
    }
}
