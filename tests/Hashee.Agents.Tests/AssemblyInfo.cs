using Hashee.Testing;

// The log is that of the process.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
[assembly: AssemblyFixture(typeof(RecordedLog))]
