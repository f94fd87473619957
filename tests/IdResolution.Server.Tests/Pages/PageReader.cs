using System.Text;
using System.Xml;

namespace IdResolution.Server.Tests.Pages;

/// <summary>Reads a page as XML, which the pages are too, so that a test sees what a strict parser sees.</summary>
internal sealed class PageReader
{
    private PageReader(string source, XmlDocument document)
    {
        Source = source;
        Document = document;
    }

    public string Source { get; }

    public XmlDocument Document { get; }

    /// <summary>Names of all elements and their attributes in document order.</summary>
    public IEnumerable<string> Structure =>
        Elements("//*")
            .Select(e => $"{e.Name}({string.Join(',', e.Attributes.Cast<XmlAttribute>().Select(a => a.Name))})");

    public static PageReader Read(byte[] html)
    {
        var source = new UTF8Encoding(false, true).GetString(html);
        var document = new XmlDocument { PreserveWhitespace = true, XmlResolver = null };
        var settings = new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore, CheckCharacters = false };
        using var reader = XmlReader.Create(new StringReader(source), settings);
        document.Load(reader);
        return new PageReader(source, document);
    }

    public IEnumerable<XmlElement> Elements(string path) => Document.SelectNodes(path)!.Cast<XmlElement>();

    public IEnumerable<string> Texts(string path) => Elements(path).Select(e => e.InnerText);

    public IEnumerable<string> Attributes(string path) =>
        Document.SelectNodes(path)!.Cast<XmlAttribute>().Select(a => a.Value);
}
