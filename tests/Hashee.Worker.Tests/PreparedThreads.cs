namespace Hashee.Worker.Tests;

/// <summary>As many threads as the worker asks for in INIT: some tests' agents block theirs.</summary>
public sealed class PreparedThreads
{
    public PreparedThreads() => WorkerFunction.PrepareThreads();
}
