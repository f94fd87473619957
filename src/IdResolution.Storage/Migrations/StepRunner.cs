using IdResolution.Core.Primitives;
using IdResolution.Storage.Sql;

namespace IdResolution.Storage.Migrations;

/// <summary>
/// Runs a step in code to its end. Several runners may work on one store: each page reads its mark in its own
/// transaction, so the runners share the pages.
/// </summary>
internal sealed class StepRunner(IStepStore store, TimeProvider time, IProgress<MigrationProgress>? progress)
{
    /// <summary>Begins or resumes the step. Returns when the step is done, here or elsewhere.</summary>
    /// <exception cref="DatabaseUnusableException">
    /// The step cannot be done now; the message says what to do.
    /// </exception>
    public async Task RunAsync(NumberedStep step, CancellationToken cancellationToken)
    {
        var (begun, total) = await store.RunAsync(t => BeginAsync(t, step, cancellationToken), cancellationToken);
        var started = time.GetTimestamp();
        // A new store has nothing to tell of.
        var told = total > 0 ? progress : null;
        for (var at = begun; at is not null; )
        {
            told?.Report(new MigrationProgress(step.Name, at.Rows, total, Left(at.Rows - begun!.Rows, at.Rows)));
            cancellationToken.ThrowIfCancellationRequested();
            at = await store.RunAsync(t => RunPageAsync(t, step), cancellationToken);
        }
        if (begun is not null)
        {
            told?.Report(new MigrationProgress(step.Name, total, total, TimeSpan.Zero));
        }

        TimeSpan? Left(long here, long done) =>
            here > 0 ? time.GetElapsedTime(started) * ((double)Math.Max(0, total - done) / here) : null;
    }

    private Task<StepEstimate> EstimateAsync(
        StepTransaction transaction,
        NumberedStep step,
        CancellationToken cancellationToken
    )
    {
        var started = time.GetTimestamp();
        return step.Step.EstimateAsync(
            transaction,
            (done, total) =>
            {
                cancellationToken.ThrowIfCancellationRequested();
                var left = time.GetElapsedTime(started) * ((double)(total - done) / done);
                progress?.Report(new MigrationProgress($"{step.Name} (looking first)", done, total, left));
            }
        );
    }

    /// <summary>Begins the step. The mark is null if the step is already done.</summary>
    private async Task<(StepMark? At, long Total)> BeginAsync(
        StepTransaction transaction,
        NumberedStep step,
        CancellationToken cancellationToken
    )
    {
        if (await transaction.ScalarAsync<long>(MigrationStatements.IsNoted, new { step.Version }) > 0)
        {
            return (null, 0);
        }
        var found = await FindAsync(transaction, step);
        var at = found ?? new StepMark(0, null);
        var estimate = await EstimateAsync(transaction, step, cancellationToken);
        CheckRoom(step, estimate, at.Rows);
        if (found is null)
        {
            await transaction.ExecuteAsync(
                MigrationStatements.AddMark,
                new { name = step.Setting, value = at.Write(step) }
            );
            await transaction.ExecuteAsync(MigrationStatements.AddEpoch);
            await transaction.ExecuteAsync(MigrationStatements.SetEpoch, new { epoch = -(long)step.Epoch });
        }
        return (at, estimate.Rows);
    }

    /// <summary>Runs one page. Returns the mark of the next page; null if there is none.</summary>
    private async Task<StepMark?> RunPageAsync(StepTransaction transaction, NumberedStep step)
    {
        if (await FindAsync(transaction, step) is not { } at)
        {
            return null;
        }
        transaction.Time = time;
        var page = await step.Step.RunPageAsync(transaction, at.Mark);
        if (page.Mark is not null)
        {
            var next = new StepMark(at.Rows + page.Rows, page.Mark);
            await transaction.ExecuteAsync(
                MigrationStatements.SetMark,
                new { name = step.Setting, value = next.Write(step) }
            );
            return next;
        }
        await transaction.ExecuteAsync(MigrationStatements.ForgetMark, new { name = step.Setting });
        await transaction.ExecuteAsync(MigrationStatements.SetEpoch, new { epoch = (long)step.Epoch });
        await transaction.ExecuteAsync(
            MigrationStatements.Note,
            new
            {
                step.Version,
                step.Name,
                step.Checksum,
                AppliedAt = Micros.Now(time),
            }
        );
        return null;
    }

    private static async Task<StepMark?> FindAsync(StepTransaction transaction, NumberedStep step) =>
        await transaction.ScalarAsync<string>(Statements.FindSetting, new { name = step.Setting }) is { } text
            ? StepMark.Read(step, text)
            : null;

    private void CheckRoom(NumberedStep step, StepEstimate estimate, long done)
    {
        var left = estimate.Rows <= 0 ? 1 : Math.Clamp(1 - ((double)done / estimate.Rows), 0, 1);
        var needed = (long)(estimate.Bytes * left);
        if (store.FreeBytes is { } free && free < needed)
        {
            throw new DatabaseUnusableException(
                $"Migration {step.Name} may need {needed >> 20:N0} MiB, and the disk of the database has "
                    + $"{free >> 20:N0} MiB free. Make room, then run idnode migrate; nothing was changed by this run.",
                $"迁移 {step.Name} 可能需要 {needed >> 20:N0} MiB，数据库所在磁盘剩余 {free >> 20:N0} MiB。请腾出空间后执行 idnode migrate；"
                    + "本次未作任何修改。"
            );
        }
    }
}
