namespace IdResolution.Storage.Stores;

/// <summary>Opens the store that the settings name.</summary>
public static class StoreOpener
{
    /// <summary>Opens the database, makes and migrates it where that is allowed.</summary>
    /// <param name="file">The file of the embedded store.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="DatabaseUnusableException">It cannot be used; the text says what to do.</exception>
    public static INodeStore Open(string file, TimeProvider time) => new SqliteStore(SqliteDatabase.Open(file, time));
}
