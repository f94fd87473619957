using System.Text;
using IdResolution.Storage.Maintenance;

namespace IdResolution.Server.CommandLine.Records.Import;

/// <summary>The file of refused lines, as they are: so that it can be mended and imported.</summary>
/// <param name="file">The path of the file.</param>
internal sealed class BadLines(string file) : IBadRows
{
    private FileStream? _stream;

    public long Length { get; private set; }

    public void Begin(long length)
    {
        if (length == 0)
        {
            File.Delete(file);
        }
        else
        {
            _stream = VerbFile.GoOn(file, length);
        }
        Length = length;
    }

    public void Add(long row, IEnumerable<string> reasons, IEnumerable<string> cells)
    {
        _stream ??= VerbFile.Create(file);
        _stream.Write(Encoding.UTF8.GetBytes(string.Concat(cells) + "\n"));
    }

    public void Flush()
    {
        if (_stream is not null)
        {
            _stream.Flush();
            Length = _stream.Length;
        }
    }

    public void Dispose() => _stream?.Dispose();
}
