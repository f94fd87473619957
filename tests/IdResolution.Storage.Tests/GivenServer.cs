using IdResolution.Testing;

namespace IdResolution.Storage.Tests;

/// <summary>The one database that a run makes on a server that is given: making one takes such a server seconds.</summary>
[SetUpFixture]
public sealed class GivenServer
{
    private static readonly Lock s_lock = new();
    private static GivenDatabase? s_database;

    /// <summary>The connection string of the run's database, made by the first who asks.</summary>
    public static string DatabaseOfRun()
    {
        lock (s_lock)
        {
            return (s_database ??= GivenDatabase.Create(Assert.Ignore)).ConnectionString;
        }
    }

    [OneTimeTearDown]
    public void Drop() => s_database?.Dispose();
}
