using System.Security.Cryptography;
using System.Text;
using CsvHelper;
using IdResolution.Core.Primitives;
using IdResolution.Server.Options;
using IdResolution.Server.Tracing;

namespace IdResolution.Server.CommandLine.Records.Import;

/// <summary>An open CSV file (RFC 4180). Its header is read.</summary>
internal sealed class CsvFile : IDisposable
{
    // If a quote is never closed, the rest of the file would become one row.
    private const int MaxRowLength = 1 << 20;
    private const int MarkLength = 1 << 20;

    private static readonly string[] s_delimiters = [",", ";", "\t"];

    private readonly Stream _stream;
    private readonly CsvEncoding _encoding;
    private readonly CsvReader _reader;
    private long _malformed;

    private CsvFile(string path, Stream stream, CsvEncoding encoding, string delimiter)
    {
        Path = path;
        Delimiter = delimiter;
        _stream = stream;
        _encoding = encoding;
        Fingerprint = FingerprintOf(stream);
        HasMark = encoding.MarkLength > 0 || !encoding.IsUtf8;
        stream.Position = encoding.MarkLength;
        _reader = CsvReader.Create(
            encoding.IsUtf8
                ? stream
                : Encoding.CreateTranscodingStream(stream, encoding.Encoding, Encoding.UTF8, leaveOpen: true),
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

    /// <summary>
    /// True if a file made of this one begins with a byte order mark, since spreadsheets took this one by its mark, or
    /// for another encoding than UTF-8.
    /// </summary>
    public bool HasMark { get; }

    /// <summary>
    /// SHA-256 over the length and the first and last MiB, in lower-case hexadecimal. Keys of rows begin with it, so
    /// that the file is recognised when it comes again.
    /// </summary>
    public string Fingerprint { get; }

    /// <summary>The names of the columns, trimmed.</summary>
    public string[] Header { get; private set; } = [];

    /// <summary>The number of the current row. The first row below the header is 1.</summary>
    public long Row => _reader.RowNumber - 1;

    /// <summary>The part of the file that was read, 0 to 1.</summary>
    public double Share => Math.Min(1, (double)_stream.Position / _stream.Length);

    /// <summary>The path of the file for refused rows.</summary>
    public string BadRowsFile => Path + ".bad.csv";

    /// <summary>The path of the file that says where an interrupted import stopped.</summary>
    public string ProgressFile => Path + ".progress";

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="delimiter">What stands between cells, or <c>tab</c>; null to find it in the header.</param>
    /// <param name="encoding">The name of the encoding; null to find it.</param>
    /// <exception cref="OperatorException">
    /// The file is empty, delimiter or encoding are not valid, or the file does not tell them.
    /// </exception>
    public static CsvFile Open(string path, string? delimiter, string? encoding) =>
        Open(
            path,
            () => new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16),
            delimiter,
            encoding
        );

    /// <summary>The same, of a file that <paramref name="open"/> opens: several times, to look at it.</summary>
    internal static CsvFile Open(string path, Func<Stream> open, string? delimiter, string? encoding)
    {
        if (delimiter is "tab" or "\\t")
        {
            delimiter = "\t";
        }
        else if (
            delimiter is not null
            && (delimiter.Length != 1 || !char.IsAscii(delimiter[0]) || delimiter[0] is '"' or '\r' or '\n')
        )
        {
            throw new OperatorException(
                $"--delimiter: '{delimiter}' must be one ASCII character other than a quote, or tab.",
                $"--delimiter：'{delimiter}' 应为引号以外的一个 ASCII 字符，或 tab。"
            );
        }
        var found = EncodingOf(path, open, encoding);
        return Open(path, open, delimiter ?? DelimiterOf(path, open, found), found);
    }

    private static CsvFile Open(string path, Func<Stream> open, string delimiter, CsvEncoding encoding)
    {
        var stream = open();
        CsvFile? file = null;
        try
        {
            file = new CsvFile(path, stream, encoding, delimiter);
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

    private static CsvEncoding EncodingOf(string path, Func<Stream> open, string? encoding)
    {
        using var stream = open();
        return CsvEncoding.Of(stream, path, encoding);
    }

    /// <summary>The delimiter by which the header has the most columns.</summary>
    private static string DelimiterOf(string path, Func<Stream> open, CsvEncoding encoding)
    {
        var columns = s_delimiters.ToDictionary(
            delimiter => delimiter,
            delimiter =>
            {
                using var file = Open(path, open, delimiter, encoding);
                return file.Header.Length;
            }
        );
        var most = columns.Values.Max();
        if (most == 1)
        {
            return s_delimiters[0];
        }
        var found = s_delimiters.Where(delimiter => columns[delimiter] == most).ToList();
        return found.Count == 1
            ? found[0]
            : throw new OperatorException(
                $"{path}: the header does not tell what stands between cells. Name it: --delimiter ',', ';' or tab.",
                $"{path}：由表头无法判断分隔符，请用 --delimiter 给出 ','、';' 或 tab。"
            );
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
                    + "probably never closed.",
                $"{Path}：第 {e.LineNumber} 行超过 {MaxRowLength:N0} 字节，可能有引号未闭合。"
            );
        }
        catch (DecoderFallbackException)
        {
            throw new OperatorException(
                $"{Path}: the row after row {Math.Max(0, Row)} is not {_encoding.Encoding.WebName}. Name the file's "
                    + "encoding with --encoding.",
                $"{Path}：第 {Math.Max(0, Row)} 行之后的一行不是 {_encoding.Encoding.WebName}，请用 --encoding 给出文件的字符编码。"
            );
        }
    }

    /// <summary>The cells of the current row. The fault says what is wrong with its form, or is null.</summary>
    public (string[] Cells, Text? Fault) Cells()
    {
        var cells = new string[_reader.FieldCount];
        for (var i = 0; i < cells.Length; i++)
        {
            cells[i] = _reader.GetString(i);
        }
        return (cells, FaultOf(cells));
    }

    private Text? FaultOf(string[] cells)
    {
        if (_malformed == _reader.RowNumber)
        {
            return new("a quote is not where RFC 4180 allows one", "引号的位置不符合 RFC 4180");
        }
        return cells.Length == Header.Length
            ? null
            : new Text(
                $"has {cells.Length} cells, the header has {Header.Length}",
                $"有 {cells.Length} 个单元格，表头有 {Header.Length} 个"
            );
    }

    public void Dispose()
    {
        _reader.Dispose();
        _stream.Dispose();
    }

    private void ReadHeader()
    {
        if (!Read())
        {
            throw new OperatorException($"{Path} is empty: it needs a header row.", $"{Path} 为空：首行应为表头。");
        }
        Header = Array.ConvertAll(Cells().Cells, cell => FormulaSafe.Undo(cell.Trim()));
    }

    /// <summary>SHA-256 over the whole file, in lower-case hexadecimal.</summary>
    public string DigestOfAll()
    {
        var at = _stream.Position;
        _stream.Position = 0;
        var digest = SHA256.HashData(_stream);
        _stream.Position = at;
        return Convert.ToHexStringLower(digest);
    }

    private static string FingerprintOf(Stream stream)
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
