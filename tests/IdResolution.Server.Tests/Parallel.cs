// Most tests here wait for a host, a process or a timer: more of them at once than the machine has cores.
[assembly: Parallelizable(ParallelScope.Fixtures)]
[assembly: LevelOfParallelism(4)]
