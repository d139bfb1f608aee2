namespace Straggler.SelfCheck;

/// <summary>A law: how it is called, who derived it, and how the engine is checked against it.</summary>
/// <param name="Number">Its number in docs/selfcheck.md.</param>
/// <param name="Name">The law in a few words.</param>
/// <param name="Source">Who derived it.</param>
/// <param name="CheckAsync">Runs the engine; a finding for each claim.</param>
internal sealed record Law(int Number, string Name, string Source, Func<Laboratory, IAsyncEnumerable<Finding>> CheckAsync);
