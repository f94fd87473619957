using IdResolution.Testing;

// Most tests here wait for a file to be flushed or a lease to end: more of them at once than the machine has cores.
[assembly: Parallelizable(ParallelScope.Fixtures)]
[assembly: LevelOfParallelism(4)]
[assembly: Category(Lane.Contract)]
