using IdResolution.Core.Events;

namespace IdResolution.Core.Tests.Traceability;

/// <summary>What an event of a test names.</summary>
internal sealed record Member(
    MemberRole Role,
    string Item,
    string? Quantity = null,
    string? Unit = null,
    string? Position = null
)
{
    public static Member In(string item, string? quantity = null, string? unit = null) =>
        new(MemberRole.Input, item, quantity, unit);

    public static Member Out(string item, string? quantity = null, string? unit = null) =>
        new(MemberRole.Output, item, quantity, unit);

    public static Member Parent(string item) => new(MemberRole.Parent, item);

    public static Member Child(string item, string? quantity = null, string? unit = null) =>
        new(MemberRole.Child, item, quantity, unit);

    public static Member Removed(string item) => new(MemberRole.Removed, item);

    public static Member RemovedFrom(string item) => new(MemberRole.RemovedFrom, item);
}
