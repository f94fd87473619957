using System.Text;
using IdResolution.Core.Primitives;
using IdResolution.Core.Records;
using IdResolution.Core.Registration;
using IdResolution.Core.Templates;
using IdResolution.Fuzzing.Driver;
using IdResolution.Server.CommandLine.Handles;
using IdResolution.Server.CommandLine.Records.Export;
using IdResolution.Server.CommandLine.Records.Import;
using IdResolution.Server.Options;

namespace IdResolution.Fuzzing.Targets;

/// <summary>
/// Files to import: CSV of any encoding, JSON Lines, handles. The first byte chooses. What an operator is not told of by
/// <see cref="OperatorException"/> or as a fault of a row is a finding. What export writes is read as it was.
/// </summary>
internal sealed class CsvTarget : FuzzTarget
{
    private static readonly ImportArguments s_arguments = new() { Template = "mea" };

    private static readonly string?[] s_delimiters = [null, ",", ";", "tab", "|"];

    private static readonly string?[] s_encodings = [null, "utf-8", "gb18030", "gbk", "utf-16", "windows-1252"];

    public override string Name => "csv";

    public override int MaxLength => 1_024;

    // The reader's buffers, for each delimiter that is tried.
    public override long AllocationBase => 2 << 20;

    public override IReadOnlyList<string> Tokens =>
        [
            ",",
            ";",
            "\t",
            "|",
            "\"",
            "\"\"",
            "\r\n",
            "\n",
            "\r",
            "'",
            "'=",
            "=1+1",
            "identifier",
            "source",
            "sourceKey",
            "oneText",
            "manyText",
            "oneInteger",
            "oneDecimal",
            "oneBoolean",
            "oneDate",
            "attributes.oneText",
            "88.300/a",
            "1E+11",
            "TRUE",
            "[",
            "]",
            "[\"a\",\"b\"]",
            "\\ud800",
            "\ufeff",
            "\ufffd",
            " ",
            "é",
            "质",
            "\0",
            "{",
            "}",
            ":",
            "\"template\":",
            "\"attributes\":",
            "\"values\":",
            "\"index\":1",
            "\"type\":\"URL\"",
            "\"data\":",
            "\"handle\":",
            "\"format\":\"hex\"",
            "\"value\":",
            "null",
            "true",
            "\"furtherKeys\":",
            "\"reinstate\":",
            "\u001f",
        ];

    public override IEnumerable<byte[]> Seeds()
    {
        var csv =
            "identifier,oneText,manyText,oneInteger,oneBoolean\r\n88.300/a,\"a \"\"b\"\"\",x;y,5,TRUE\r\n,,,,\r\n";
        yield return [0, 0, 0, .. Encoding.UTF8.GetBytes(csv)];
        yield return [0, 0, 0, 0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(csv)];
        yield return [0, 0, 0, 0xFF, 0xFE, .. Encoding.Unicode.GetBytes(csv)];
        yield return [0, 2, 2, .. Encoding.UTF8.GetBytes(csv.Replace(',', ';'))];
        yield return
        [
            0,
            0,
            0,
            .. Encoding.UTF8.GetBytes("sourceKey\tsource\toneText\n1E+11\terp\t'=1\n2\terp\t[\"a\"]\n"),
        ];
        yield return Chosen(
            1,
            """{"template":"mea","source":"erp","sourceKey":"1","attributes":{"oneText":"a","manyText":["b"]},"values":[{"index":1,"type":"URL","data":"x"}]}"""
        );
        yield return Chosen(
            2,
            """
            {"handle":"88.300/a","values":[{"index":1,"type":"URL","data":{"format":"string","value":"x"},"ttl":5}]}
            {"handle":"0.NA/88.300","values":[]}
            """
        );
        yield return Chosen(3, [0, .. TextInput.From("a;b\n'=1\n x \n\"\n[")]);
        yield return Chosen(3, [1, .. TextInput.From("a;b\n'=1\n x \n\"\n[")]);
    }

    public override void Take(byte[] input)
    {
        if (input.Length < 3)
        {
            return;
        }
        switch (input[0] % 4)
        {
            case 0:
                Csv(
                    input[3..],
                    s_delimiters[input[1] % s_delimiters.Length],
                    s_encodings[input[2] % s_encodings.Length]
                );
                break;
            case 1:
                foreach (var line in Encoding.UTF8.GetString(input.AsSpan(1)).Split('\n'))
                {
                    _ = JsonLinesImporter.Read(line);
                }
                break;
            case 2:
                Handles(input[1..]);
                break;
            default:
                Export(TextInput.Of(input.AsSpan(2)), isExcelSafe: (input[1] & 1) == 1);
                break;
        }
    }

    private static void Csv(byte[] bytes, string? delimiter, string? encoding)
    {
        try
        {
            using var csv = Open(bytes, delimiter, encoding);
            var plan = ImportPlan.Make(Samples.Catalog, csv.Header, s_arguments);
            var rows = new CsvRowReader(plan, "import", "file:", Samples.Catalog);
            while (csv.Read())
            {
                var (cells, fault) = csv.Cells();
                var row = rows.Read(csv.Row, cells, fault);
                Hold.That((row.Request is null) != (row.Fault is null), "A row is a request or has a fault.");
                foreach (var (code, given) in row.Request?.Attributes ?? [])
                {
                    _ = ValueCodec.Canonicalise(Samples.Template.Find(code)!, in given);
                }
            }
        }
        catch (OperatorException)
        {
            // The operator is told.
        }
    }

    private static CsvFile Open(byte[] bytes, string? delimiter, string? encoding) =>
        CsvFile.Open("file.csv", () => new MemoryStream(bytes, writable: false), delimiter, encoding);

    private static void Handles(byte[] bytes)
    {
        var lines = new LineReader(new MemoryStream(bytes, writable: false));
        while (lines.TryRead(out var line))
        {
            var read = HandleLine.Read(lines.Number, line, error => [error.Message.En], Language.English);
            Hold.That(read.Fault is null || read.Values.Count == 0, "A line with a fault has no values.");
            _ = read.RecordOf;
            _ = read.NamesSite;
        }
    }

    /// <summary>Each line is a value of the attributes. What the node takes is exported, and read.</summary>
    private static void Export(string text, bool isExcelSafe)
    {
        var attributes = new List<AttributeValue>();
        var lines = text.Split('\n');
        foreach (var attribute in Samples.Template.Attributes)
        {
            var given = attribute.Repeated
                ? InputValue.OfList([.. lines.Where(line => line.Length > 0).Select(InputValue.OfText)])
                : InputValue.OfText(lines[attribute.Index % lines.Length]);
            // The import of references trims, as people do.
            var isTrimmed = attribute.Type != AttributeType.Reference || lines.All(line => line == line.Trim());
            if (
                isTrimmed
                && !given.IsEmpty
                && ValueCodec.Canonicalise(attribute, in given).TryGet(out var canonical, out _)
            )
            {
                attributes.Add(new AttributeValue(attribute, canonical));
            }
        }
        var record = new Record
        {
            Identifier = "88.300/a",
            Version = 1,
            Template = Samples.Template,
            Attributes = attributes,
        };
        var format = new CsvFormat([Samples.Template], isExcelSafe);
        using var csv = Open(Encoding.UTF8.GetBytes(format.Head + format.Write([record])), ",", "utf-8");
        var plan = ImportPlan.Make(Samples.Catalog, csv.Header, s_arguments);
        var rows = new CsvRowReader(plan, "import", "file:", Samples.Catalog);
        Hold.That(csv.Read(), "The record has its row.");
        var (cells, fault) = csv.Cells();
        var row = rows.Read(csv.Row, cells, fault);
        Hold.That(row.Request is not null, $"What was exported is read: {row.Fault?.En}");
        foreach (var (attribute, canonical) in attributes)
        {
            Hold.Same(Imported(row.Request, attribute), canonical, $"{attribute.Code} is read as it was exported.");
        }
        Hold.That(row.Request.Attributes.Count == attributes.Count, "Nothing is read that was not exported.");
        Hold.That(!csv.Read(), "One record has one row.");
    }

    private static string? Imported(RegistrationRequest request, AttributeDefinition attribute)
    {
        foreach (var (code, given) in request.Attributes)
        {
            if (code == attribute.Code)
            {
                return ValueCodec.Canonicalise(attribute, in given).TryGet(out var canonical, out var error)
                    ? canonical
                    : error.Message.En;
            }
        }
        return null;
    }
}
