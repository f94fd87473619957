namespace IdResolution.Storage.Sql;

/// <summary>A fault that stands for a driver's exception and keeps nothing of it but the number.</summary>
internal interface INumberedFault
{
    /// <summary>The server's number of the error.</summary>
    int Number { get; }
}
