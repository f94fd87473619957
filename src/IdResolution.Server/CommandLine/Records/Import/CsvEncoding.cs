using System.Text;
using IdResolution.Core.Primitives;
using IdResolution.Server.CommandLine.Shared;
using IdResolution.Server.Options;

namespace IdResolution.Server.CommandLine.Records.Import;

/// <summary>The encoding of a CSV file: the one that is named, or the one that the bytes tell.</summary>
/// <param name="Encoding">It throws at bytes that it does not know.</param>
/// <param name="MarkLength">The length of the byte order mark in bytes.</param>
internal sealed record CsvEncoding(Encoding Encoding, int MarkLength)
{
    private const string Example = "utf-8, gb18030, utf-16, windows-1252";

    private static readonly Encoding s_utf8 = Strict("utf-8");

    /// <summary>True for UTF-8, which the reader takes as it is.</summary>
    public bool IsUtf8 => Encoding.CodePage == s_utf8.CodePage;

    /// <summary>Finds the encoding of a file: by its name, its byte order mark, or since all of it is UTF-8.</summary>
    /// <param name="stream">The file. It is left at its beginning.</param>
    /// <param name="path">The path of the file, for messages.</param>
    /// <param name="name">The encoding that the operator names, or null.</param>
    /// <exception cref="OperatorException">
    /// The name is unknown, or the bytes do not tell. The message says what the header would be in GB18030.
    /// </exception>
    public static CsvEncoding Of(Stream stream, string path, string? name)
    {
        var marked = Marked(stream);
        if (name is not null)
        {
            var named = Named(name);
            return marked?.Encoding.CodePage == named.CodePage ? marked : new CsvEncoding(named, 0);
        }
        if (marked is not null)
        {
            return marked;
        }
        if (IsText(stream, s_utf8))
        {
            return new CsvEncoding(s_utf8, 0);
        }
        var proposal = Proposal(stream);
        throw new OperatorException($"{path} is not UTF-8. {proposal.En}", $"{path} 不是 UTF-8。{proposal.Zh}");
    }

    private static CsvEncoding? Marked(Stream stream)
    {
        var start = new byte[4];
        var length = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        stream.Position = 0;
        foreach (var name in new[] { "utf-8", "utf-16", "utf-16BE", "gb18030" })
        {
            byte[] mark = name == "gb18030" ? [0x84, 0x31, 0x95, 0x33] : Encoding.GetEncoding(name).GetPreamble();
            if (start.AsSpan(0, length).StartsWith(mark))
            {
                return new CsvEncoding(Strict(name), mark.Length);
            }
        }
        return null;
    }

    private static Encoding Named(string name)
    {
        try
        {
            // GB 18030 holds the others, and what calls itself by their names often is it.
            return Strict(name.ToUpperInvariant() is "GBK" or "GB2312" or "CP936" ? "gb18030" : name);
        }
        catch (ArgumentException)
        {
            throw new OperatorException(
                $"--encoding: '{name}' is no encoding known here, such as {Example}.",
                $"--encoding：'{name}' 不是已知的字符编码，例如 {Example}。"
            );
        }
    }

    private static Encoding Strict(string name) =>
        CodePagesEncodingProvider.Instance.GetEncoding(
            name,
            EncoderFallback.ExceptionFallback,
            DecoderFallback.ExceptionFallback
        ) ?? Encoding.GetEncoding(name, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);

    private static Text Proposal(Stream stream)
    {
        var gb18030 = Strict("gb18030");
        if (!IsText(stream, gb18030))
        {
            return new(
                $"Name its encoding with --encoding, such as {Example}; or save it as 'CSV UTF-8'.",
                $"请用 --encoding 给出字符编码，例如 {Example}；或另存为“CSV UTF-8”。"
            );
        }
        using var reader = new StreamReader(stream, gb18030, leaveOpen: true);
        var header = reader.ReadLine() ?? "";
        header = TerminalText.OneLine(header.Length > 200 ? header[..200] : header);
        return new(
            $"In GB18030, as Excel in China saves, its first line would be: {header}\nIf that is right, say --encoding "
                + $"gb18030; else name another, such as {Example}.",
            $"按 GB18030（中文版 Excel 的默认编码）读取，首行为：{header}\n如正确，请加 --encoding gb18030；否则请给出"
                + $"其他字符编码，例如 {Example}。"
        );
    }

    /// <summary>True if all bytes are text of an encoding, without the zeros that UTF-16 is full of.</summary>
    private static bool IsText(Stream stream, Encoding encoding)
    {
        stream.Position = 0;
        var decoder = encoding.GetDecoder();
        var bytes = new byte[(int)Math.Min(1 << 16, stream.Length)];
        var characters = new char[encoding.GetMaxCharCount(bytes.Length)];
        try
        {
            for (int length; (length = stream.Read(bytes)) > 0; )
            {
                var read = decoder.GetChars(bytes.AsSpan(0, length), characters, flush: false);
                if (characters.AsSpan(0, read).Contains('\0'))
                {
                    return false;
                }
            }
            _ = decoder.GetChars([], characters, flush: true);
            return true;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
        finally
        {
            stream.Position = 0;
        }
    }
}
