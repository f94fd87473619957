using System.Security.Cryptography;
using System.Text;
using IdResolution.Core.Primitives;
using IdResolution.Server.CommandLine.Records.Import;
using IdResolution.Server.Options;

namespace IdResolution.Server.CommandLine.Events;

/// <summary>A file of JSON Lines: each line the body of an event or a link, as REST takes it.</summary>
internal sealed class EventLines : IEventRows
{
    private readonly StreamReader _lines;

    /// <exception cref="OperatorException">The file cannot be read.</exception>
    public EventLines(string path)
    {
        Files = new ImportFiles(path, path + ".bad.jsonl", path + ".progress");
        try
        {
            _lines = new StreamReader(path, new UTF8Encoding(false, throwOnInvalidBytes: true));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OperatorException($"{path} cannot be read: {e.Message}", $"{path} 无法读取：{e.Message}");
        }
    }

    public ImportFiles Files { get; }

    public Text Unit { get; } = new("line", "行");

    public string Mapping => "jsonl";

    public long Row { get; private set; }

    public double Share => Math.Min(1, (double)_lines.BaseStream.Position / Math.Max(1, _lines.BaseStream.Length));

    public string DigestOfAll()
    {
        using var file = File.OpenRead(Files.Path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }

    public bool Skip() => ReadLine() is not null;

    public EventRow? Read()
    {
        string? line;
        do
        {
            line = ReadLine();
        } while (line is not null && string.IsNullOrWhiteSpace(line));
        return line is null ? null : EventRow.Read(Row, [line], Encoding.UTF8.GetBytes(line));
    }

    public IBadRows OpenBad() => new BadLines(Files.Bad);

    public void Dispose() => _lines.Dispose();

    private string? ReadLine()
    {
        try
        {
            var line = _lines.ReadLine();
            Row += line is null ? 0 : 1;
            return line;
        }
        catch (DecoderFallbackException)
        {
            throw new OperatorException(
                $"{Files.Path}: the text after line {Row} is not UTF-8.",
                $"{Files.Path}：第 {Row} 行之后的文本不是 UTF-8。"
            );
        }
    }
}
