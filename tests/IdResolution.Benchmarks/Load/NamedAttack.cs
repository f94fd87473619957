namespace IdResolution.Benchmarks.Load;

/// <summary>An attack.</summary>
/// <param name="Name">The name of its row.</param>
/// <param name="What">What is done, for readers of the table.</param>
/// <param name="Begin">Begins it.</param>
internal sealed record NamedAttack(string Name, string What, Func<Attack, AttackedAddresses, Attack> Begin);
