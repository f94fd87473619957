namespace IdResolution.Storage.Sql;

/// <summary>A fault that stands for a driver's exception and keeps only its number.</summary>
internal interface INumberedFault
{
    /// <summary>The error number of SQL Server.</summary>
    int Number { get; }
}
