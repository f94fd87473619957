using IdResolution.Core.Records;

namespace IdResolution.Server.CommandLine.Records.Export;

/// <summary>A format for exported records.</summary>
internal interface IRecordFormat
{
    /// <summary>The text before the first record; may be empty.</summary>
    string Head { get; }

    /// <summary>Writes records as text. Each one ends with a line end.</summary>
    string Write(IEnumerable<Record> records);
}
