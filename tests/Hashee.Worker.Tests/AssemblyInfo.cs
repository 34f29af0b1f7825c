using Hashee.Testing;
using Hashee.Worker.Tests;

// The log and the environment are those of the process.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
[assembly: AssemblyFixture(typeof(RecordedLog))]
[assembly: AssemblyFixture(typeof(PreparedThreads))]
