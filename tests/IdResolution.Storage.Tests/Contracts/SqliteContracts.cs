using IdResolution.Storage.Maintenance.Copying;
using IdResolution.Storage.Stores;
using IdResolution.Testing;

namespace IdResolution.Storage.Tests.Contracts;

public sealed class SqliteRecordStoreContract : RecordStoreContract<SqliteContractDatabase>;

public sealed class SqliteSearchContract : SearchContract<SqliteContractDatabase>;

public sealed class SqliteListContract : ListContract<SqliteContractDatabase>;

public sealed class SqliteChangeLogContract : ChangeLogContract<SqliteContractDatabase>;

public sealed class SqliteDocumentStoreContract : DocumentStoreContract<SqliteContractDatabase>;

public sealed class SqliteSequenceStoreContract : SequenceStoreContract<SqliteContractDatabase>;

public sealed class SqliteStatisticStoreContract : StatisticStoreContract<SqliteContractDatabase>;

public sealed class SqliteAuditStoreContract : AuditStoreContract<SqliteContractDatabase>;

public sealed class SqliteLeaseStoreContract : LeaseStoreContract<SqliteContractDatabase>;

public sealed class SqliteCopyContract : CopyContract<SqliteContractDatabase>;

/// <summary>A file of its own in a temporary directory.</summary>
public sealed class SqliteContractDatabase : IContractDatabase
{
    private readonly TemporaryDirectory _directory = new();
    private readonly List<SqliteStore> _stores = [];

    public CopyAddress Address => CopyAddress.OfFile(_directory.File(SqliteDatabase.FileName));

    public Ports Open()
    {
        var store = new SqliteStore(SqliteDatabase.Open(_directory.File(SqliteDatabase.FileName), TimeProvider.System));
        _stores.Add(store);
        return new Ports(store);
    }

    public void Dispose()
    {
        _stores.ForEach(s => s.Dispose());
        _directory.Dispose();
    }
}
