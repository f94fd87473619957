using IdResolution.Core.Primitives;
using IdResolution.Server.CommandLine.Records.Import;

namespace IdResolution.Server.CommandLine.Events;

/// <summary>The rows of a file of events, one after the other.</summary>
internal interface IEventRows : IDisposable
{
    /// <summary>The file, and those beside it.</summary>
    ImportFiles Files { get; }

    /// <summary>What a row is called.</summary>
    Text Unit { get; }

    /// <summary>Everything that the meaning of the rows depends on.</summary>
    string Mapping { get; }

    /// <summary>The number of the row that was read last, from 1.</summary>
    long Row { get; }

    /// <summary>The part of the file that was read, 0 to 1.</summary>
    double Share { get; }

    /// <summary>SHA-256 over the whole file, in lower-case hexadecimal.</summary>
    string DigestOfAll();

    /// <summary>Passes a row over; false at the end.</summary>
    bool Skip();

    /// <summary>Reads the next row; null at the end.</summary>
    /// <exception cref="Options.OperatorException">The file cannot be read further.</exception>
    EventRow? Read();

    /// <summary>Makes the file of refused rows.</summary>
    IBadRows OpenBad();
}
