using IdResolution.Core.Records;

namespace IdResolution.Server.CommandLine.Records.Export;

/// <summary>A form records are exported in.</summary>
internal interface IRecordFormat
{
    /// <summary>What stands before the first record.</summary>
    string Head { get; }

    /// <summary>Records as text, each ended by a line end.</summary>
    string Write(IEnumerable<Record> records);
}
