namespace Microsoft.SqlServer.Server;

/// <summary>A CLR type used as a user-defined type is none.</summary>
public sealed class InvalidUdtException : SystemException
{
    private InvalidUdtException(string message)
        : base(message)
    {
    }

    /// <summary>Makes the exception for a type and what is wrong with it.</summary>
    /// <param name="udtType">The type.</param>
    /// <param name="resourceReason">What is wrong.</param>
    public static InvalidUdtException Create(Type udtType, string resourceReason)
    {
        ArgumentNullException.ThrowIfNull(udtType);
        return new InvalidUdtException($"'{udtType.FullName}' is an invalid user defined type, reason: {resourceReason}.");
    }
}
