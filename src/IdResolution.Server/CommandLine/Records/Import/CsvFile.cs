using System.Security.Cryptography;
using CsvHelper;
using IdResolution.Server.Options;

namespace IdResolution.Server.CommandLine.Records.Import;

/// <summary>An open CSV file (RFC 4180; UTF-8 with or without byte order mark). Its header is read.</summary>
internal sealed class CsvFile : IDisposable
{
    // If a quote is never closed, the rest of the file would become one row.
    private const int MaxRowLength = 1 << 20;
    private const int MarkLength = 1 << 20;

    private readonly FileStream _stream;
    private readonly CsvReader _reader;
    private long _malformed;

    private CsvFile(string path, FileStream stream, string delimiter)
    {
        Path = path;
        Delimiter = delimiter;
        _stream = stream;
        Fingerprint = FingerprintOf(stream);
        stream.Position = 0;
        HasMark = stream.ReadByte() == 0xEF;
        stream.Position = 0;
        _reader = CsvReader.Create(
            stream,
            new CsvReaderOptions
            {
                Separator = delimiter[0],
                // The header is read like any row: a name may come twice if its column is not used.
                HasHeader = false,
                MaxRecordSize = MaxRowLength,
                TrackLineNumbers = true,
                OnMalformedRecord = record => _malformed = record.RecordNumber,
            }
        );
    }

    public string Path { get; }

    public string Delimiter { get; }

    /// <summary>True if the file begins with a byte order mark.</summary>
    public bool HasMark { get; }

    /// <summary>SHA-256 over the length and the first and last MiB, in lower-case hexadecimal.</summary>
    public string Fingerprint { get; }

    /// <summary>The names of the columns, trimmed.</summary>
    public string[] Header { get; private set; } = [];

    /// <summary>The number of the current row. The first row below the header is 1.</summary>
    public long Row => _reader.RowNumber - 1;

    /// <summary>The part of the file that was read, 0 to 1.</summary>
    public double Share => Math.Min(1, (double)_reader.ByteOffset / _stream.Length);

    /// <summary>The path of the file for refused rows.</summary>
    public string BadRowsFile => Path + ".bad.csv";

    /// <summary>The path of the file that says where an interrupted import stopped.</summary>
    public string ProgressFile => Path + ".progress";

    /// <exception cref="OperatorException">The file is empty or not UTF-8, or the delimiter is not valid.</exception>
    public static CsvFile Open(string path, string delimiter)
    {
        delimiter = delimiter is "tab" or "\\t" ? "\t" : delimiter;
        if (delimiter.Length != 1 || !char.IsAscii(delimiter[0]) || delimiter[0] is '"' or '\r' or '\n')
        {
            throw new OperatorException(
                $"--delimiter: '{delimiter}' must be one ASCII character other than a quote, or tab."
            );
        }
        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
        CsvFile? file = null;
        try
        {
            file = new CsvFile(path, stream, delimiter);
            file.ReadHeader();
            return file;
        }
        catch
        {
            file?.Dispose();
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Reads the next row; false at the end.</summary>
    /// <exception cref="OperatorException">The row is too long: probably a quote is never closed.</exception>
    public bool Read()
    {
        try
        {
            return _reader.Read();
        }
        catch (CsvFormatException e)
        {
            throw new OperatorException(
                $"{Path}: the row at line {e.LineNumber} is longer than {MaxRowLength:N0} bytes. A quote in it is "
                    + "probably never closed."
            );
        }
    }

    /// <summary>The cells of the current row. The fault says what is wrong with its form, or is null.</summary>
    public (string[] Cells, string? Fault) Cells()
    {
        var cells = new string[_reader.FieldCount];
        for (var i = 0; i < cells.Length; i++)
        {
            cells[i] = _reader.GetString(i);
        }
        return (cells, FaultOf(cells));
    }

    private string? FaultOf(string[] cells)
    {
        if (_malformed == _reader.RowNumber)
        {
            return "a quote is not where RFC 4180 allows one";
        }
        return cells.Length == Header.Length ? null : $"has {cells.Length} cells, the header has {Header.Length}";
    }

    public void Dispose() => _reader.Dispose();

    private void ReadHeader()
    {
        if (!Read())
        {
            throw new OperatorException($"{Path} is empty: it needs a header row.");
        }
        Header = Array.ConvertAll(Cells().Cells, cell => cell.Trim());
        if (Header.Any(name => name.Contains('\uFFFD', StringComparison.Ordinal)))
        {
            throw new OperatorException(
                $"{Path} is not UTF-8. Save it as 'CSV UTF-8', or convert it: iconv -f GB18030 -t UTF-8 {Path}"
            );
        }
    }

    private static string FingerprintOf(FileStream stream)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(BitConverter.GetBytes(stream.Length));
        var part = new byte[(int)Math.Min(MarkLength, stream.Length)];
        stream.ReadExactly(part);
        hash.AppendData(part);
        stream.Position = stream.Length - part.Length;
        stream.ReadExactly(part);
        hash.AppendData(part);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
