namespace Hashee.EndToEnd.Tests;

/// <summary>Collections that do not run beside others run when all those that do have ended.</summary>
[CollectionDefinition(nameof(AfterAllOthers), DisableParallelization = true)]
public sealed class AfterAllOthers;
