using IdResolution.Storage.Sql;

namespace IdResolution.Storage.Migrations;

/// <summary>The numbered migrations of a dialect, which define this node's schema.</summary>
internal sealed class MigrationPlan
{
    // All steps in code in order, with their numbers in each dialect.
    private static readonly IReadOnlyList<(CodeStep Step, int Sqlite, int SqlServer)> s_steps =
    [
        (new LogFormatStep(), Sqlite: 4, SqlServer: 4),
        (new BusinessKeyStep(), Sqlite: 7, SqlServer: 7),
    ];

    private MigrationPlan(IReadOnlyList<Migration> migrations) => Migrations = migrations;

    /// <summary>The migrations in the order of their numbers.</summary>
    public IReadOnlyList<Migration> Migrations { get; }

    /// <summary>
    /// The number of the last step in code, counted from 1 in every dialect; 0 if there is none. A node writes only to
    /// a store of this epoch.
    /// </summary>
    public long Epoch => Migrations.OfType<NumberedStep>().LastOrDefault()?.Epoch ?? 0;

    /// <summary>The migrations that this version of the node has for a dialect.</summary>
    public static MigrationPlan Of(string dialect)
    {
        var steps = s_steps.Select(
            (s, i) => new NumberedStep(dialect == "Sqlite" ? s.Sqlite : s.SqlServer, s.Step, epoch: i + 1)
        );
        return new([.. Script.All(dialect).Concat<Migration>(steps).OrderBy(m => m.Version)]);
    }

    /// <summary>The plan with one more step at the next number.</summary>
    public MigrationPlan With(CodeStep step) =>
        new([.. Migrations, new NumberedStep(Migrations.Count + 1, step, (int)Epoch + 1)]);

    /// <summary>The plan with one more script at the next number.</summary>
    public MigrationPlan With(string name, string sql) =>
        new([.. Migrations, Script.Of(Migrations.Count + 1, name, sql)]);

    /// <summary>True if every migration was applied.</summary>
    /// <exception cref="DatabaseUnusableException">
    /// The database is newer than this node, or was not made by this product.
    /// </exception>
    public bool IsApplied(MigrationState state)
    {
        var applied = state.Applied;
        if (applied.Count > Migrations.Count)
        {
            throw new DatabaseUnusableException(
                $"The database has schema version {applied[^1].Version}, newer than this node's {Migrations.Count}. "
                    + "Use the newer idnode, or restore a backup made with this version.",
                $"数据库的结构版本为 {applied[^1].Version}，高于本节点的 {Migrations.Count}。请使用更新的 idnode，或恢复本版本的备份。"
            );
        }
        if (Math.Abs(state.Epoch) > Epoch)
        {
            throw new DatabaseUnusableException(
                "The database is being migrated by an idnode newer than this node. Use the newer one: idnode migrate "
                    + "finishes what was begun. Or restore a backup made with this version.",
                "数据库正由更新的 idnode 迁移。请用该版本执行 idnode migrate 完成迁移，或恢复本版本的备份。"
            );
        }
        for (var i = 0; i < applied.Count; i++)
        {
            if (applied[i].Checksum != Migrations[i].Checksum)
            {
                throw new DatabaseUnusableException(
                    $"Schema version {applied[i].Version} of the database is not the one this node knows. Use the "
                        + "idnode that made it, or restore a backup.",
                    $"数据库的结构版本 {applied[i].Version} 与本节点所知的不同。请使用建立它的 idnode，或恢复备份。"
                );
            }
        }
        return applied.Count == Migrations.Count;
    }
}
